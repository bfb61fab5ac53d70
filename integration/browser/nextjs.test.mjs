// An app of authkit-nextjs: sign in on the page, see the dashboard, switch the organization, sign out.
import assert from 'node:assert/strict';
import test from 'node:test';
import { app, belong, choose, prove, site, type, visit } from './browser.mjs';
import { isSignedIn, signOut, switchTo } from './dashboard.mjs';

const withPassword = process.env.LOGIN === 'password';
const real = process.env.REAL; // the login page of the real WorkOS, where there is one

/** Begins a login in the app. */
async function begin(page) {
  await page.goto(app);
  await page.getByRole('link', { name: 'Sign in' }).click();
}

const engines = { email: 'ada@local.example', organization: 'org_ENGINES', role: 'admin', mayDelete: true };
const poets = { email: 'ada@local.example', organization: 'org_POETS', role: 'member', mayDelete: false };

test('a seeded user signs in, switches the organization, and signs out', () => visit(async (page, context) => {
  await begin(page);
  await choose(page, 'ada@local.example');
  if (withPassword) await prove(page);
  await belong(page, 'Engines');
  await isSignedIn(page, engines);
  const session = await page.getByRole('status', { name: 'Session' }).textContent();
  await switchTo(page, 'Poets');
  await isSignedIn(page, poets);
  assert.equal(await page.getByRole('status', { name: 'Session' }).textContent(), session);
  await page.reload();
  await isSignedIn(page, poets);
  const cookies = await context.cookies(app);
  await signOut(page, app);
  await page.goto(`${app}/dashboard`);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor(); // not signed in again silently
  await context.addCookies(cookies); // of the session that has ended
  assert.equal((await context.request.get(`${app}/refresh`)).status(), 500); // what a TokenRefreshError comes to
}));

test('another user is a member of one organization, and may not delete', () => visit(async (page) => {
  await begin(page);
  await type(page, 'grace@local.example');
  if (withPassword) await prove(page);
  await isSignedIn(page, { email: 'grace@local.example', organization: 'org_ENGINES', role: 'member' });
}));

if (real) {
  const alice = JSON.parse(process.env.ALICE);
  const signInThere = async (page, email) => {
    await page.waitForURL((url) => url.origin === real);
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill(alice.password);
    await page.getByRole('button', { name: 'Sign in to the real one' }).click();
  };
  const who = { email: alice.email, organization: 'org_01THEIRS', role: 'member' };

  test('a real user signs in at the real WorkOS', () => visit(async (page) => {
    await begin(page);
    await page.getByText('Continue with the real WorkOS').click();
    await signInThere(page, alice.email);
    await isSignedIn(page, who);
    await page.goto(`${app}/refresh`); // a refresh token of theirs, and a session that the same key set verifies
    await page.goto(`${app}/dashboard`);
    await isSignedIn(page, who);
    await signOut(page, app);
    await page.goto(`${app}/dashboard`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  }, { origins: [real] }));

  test('an address that nobody seeded goes there by itself, with the request as it came', () => visit(async (page) => {
    await begin(page);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    const { search } = new URL(page.url());
    await type(page, alice.email);
    await page.waitForURL((url) => url.origin === real);
    assert.equal(new URL(page.url()).search, search);
    await signInThere(page, alice.email);
    await isSignedIn(page, who);
  }, { origins: [real] }));

  test('both sign in to one app, one after the other', () => visit(async (page) => {
    await begin(page);
    await page.getByText('Continue with the real WorkOS').click();
    await signInThere(page, alice.email);
    await isSignedIn(page, who);
    await signOut(page, app);
    await begin(page);
    await choose(page, 'grace@local.example');
    await isSignedIn(page, { email: 'grace@local.example', organization: 'org_ENGINES', role: 'member' });
  }, { origins: [real] }));
}

test('a login that began elsewhere is not taken', () => visit(async (page) => {
  const parameters = new URLSearchParams({
    client_id: process.env.CLIENT_ID, redirect_uri: `${app}/callback`, response_type: 'code', provider: 'authkit', state: 'of somebody else',
  });
  await page.goto(`${site}/user_management/authorize?${parameters}`);
  await choose(page, 'grace@local.example');
  if (withPassword) await prove(page);
  await page.waitForURL((url) => url.pathname === '/callback');
  await page.goto(`${app}/me`);
  assert.ok(!(await page.content()).includes('grace@local.example'));
}, { expected: [500] }));
