// An app of authkit-react, without a backend of its own: it asks WorkOS from the browser.
import assert from 'node:assert/strict';
import test from 'node:test';
import { app, belong, choose, shows, site, visit } from './browser.mjs';
import { isSignedIn, signOut, switchTo } from './dashboard.mjs';

const click = (page, name) => page.getByRole('button', { name, exact: true }).click();
const said = (page, name) => page.getByRole('status', { name, exact: true }).textContent();

test('sign in, ask an API, refresh, switch the organization, sign out', () => visit(async (page, context) => {
  const preflights = [];
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  session.on('Network.requestWillBeSent', ({ request }) => { if (request.method === 'OPTIONS') preflights.push(request.url); });
  await page.goto(app);
  await click(page, 'Sign in');
  await choose(page, 'ada@local.example');
  await belong(page, 'Engines');
  const engines = { email: 'ada@local.example', organization: 'org_ENGINES', role: 'admin', mayDelete: true };
  await isSignedIn(page, engines);
  assert.deepEqual(new Set(preflights), new Set([`${site}/user_management/authenticate`]));
  assert.equal(await page.title(), 'Signed in from the start'); // state came back
  assert.equal(new URL(page.url()).search, '');
  await click(page, 'Ask the API'); // which verifies the token
  await shows(page, 'Seen by the API', 'user_ADA');
  const [token, sid] = [await said(page, 'Token'), await said(page, 'Session')];
  await click(page, 'Refresh');
  await page.waitForFunction((before) => document.querySelector('[aria-label="Token"]').textContent !== before, token);
  assert.equal(await said(page, 'Session'), sid);
  await switchTo(page, 'org_POETS');
  const poets = { email: 'ada@local.example', organization: 'org_POETS', role: 'member' };
  await isSignedIn(page, poets);
  await page.reload(); // the refresh token is in the browser
  await isSignedIn(page, poets);
  await switchTo(page, 'org_ENGINES');
  await isSignedIn(page, engines);
  await signOut(page, app);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor(); // not signed in again silently
}));

test('an organization that the user is not in asks for another login', () => visit(async (page) => {
  await page.goto(app);
  await click(page, 'Sign in');
  await choose(page, 'grace@local.example');
  await isSignedIn(page, { email: 'grace@local.example', organization: 'org_ENGINES', role: 'member' });
  await switchTo(page, 'org_POETS');
  await page.waitForURL((url) => url.origin === site && url.searchParams.get('organization_id') === 'org_POETS');
}));

if (process.env.REAL) {
  test('a real user signs in at the real WorkOS, from the browser', () => visit(async (page) => {
    const alice = JSON.parse(process.env.ALICE);
    const who = { email: alice.email, organization: 'org_01THEIRS', role: 'member' };
    await page.goto(app);
    await click(page, 'Sign in');
    await page.getByText('Continue with the real WorkOS').click();
    await page.getByLabel('Email').fill(alice.email);
    await page.getByLabel('Password').fill(alice.password);
    await click(page, 'Sign in to the real one');
    await isSignedIn(page, who);
    await click(page, 'Refresh'); // the API verifies the token by the same keys as those of seeded users
    await shows(page, 'Seen by the API', 'user_01ALICE');
    await page.reload();
    await isSignedIn(page, who);
    await signOut(page, app);
  }, { origins: [process.env.REAL] }));
}

test('a page of another origin gets no tokens', () => visit(async (page) => {
  const answer = await page.request.fetch(`${site}/user_management/authenticate`, {
    method: 'OPTIONS', headers: { Origin: 'https://elsewhere.example', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' },
  });
  assert.equal(answer.headers()['access-control-allow-origin'], undefined);
}));
