// What the tests share: Chromium, and a page that notices what a login page must not do.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { chromium } from 'playwright-core';

export const site = process.env.SITE; // where WorkOS is
export const app = process.env.APP; // the application that somebody signs in to
export const password = process.env.PASSWORD; // of each seeded user who has one

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
after(() => browser.close());

/**
 * Opens a page with cookies of its own, and runs a test on it. The test fails where the page asks another origin than the
 * site's, the application's and those that are named, breaks its Content-Security-Policy, or reports an error. Only answers below 500
 * are for the test to expect, and those whose status it names.
 */
export async function visit(test, { origins = [], expected = [], ...options } = {}) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(15_000);
  const wrong = [];
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
  });
  const own = new Set([site, app, ...origins].filter(Boolean).map((url) => new URL(url).origin));
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (!own.has(origin) && protocol !== 'data:') wrong.push(`it asks ${request.url()}`);
  });
  context.on('console', (message) => {
    if (message.type() === 'error' && !isAnswer(message.text(), expected)) wrong.push(`${message.text()} at ${message.location().url}`);
  });
  context.on('weberror', (error) => wrong.push(String(error.error())));
  const page = await context.newPage();
  try {
    await test(page, context);
  } catch (error) {
    const seen = await page.locator('body').ariaSnapshot().catch(String);
    throw new Error(`${error.message}\nat ${page.url()}:\n${seen}\n${wrong.join('\n')}`, { cause: error });
  } finally {
    await context.close();
  }
  assert.deepEqual(wrong, []);
}

/** Tells whether Chromium reports no more than an answer of a status that a test may expect. */
function isAnswer(text, expected) {
  const status = /^Failed to load resource: the server responded with a status of (\d+)/.exec(text)?.[1];
  return status && (status < 500 || expected.includes(Number(status)));
}

/** Waits until an element shows a text. */
export const shows = (page, name, text) => page.getByRole('status', { name, exact: true }).filter({ hasText: text }).waitFor();

/** Signs in on the page, by choosing an account. */
export async function choose(page, email, title = 'Sign in') {
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
  await page.getByRole('button', { name: email }).click();
}

/** Signs in on the page, by typing an address. */
export async function type(page, email) {
  await page.getByRole('textbox', { name: 'Email address' }).fill(email);
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
}

/** Types the password, where the page asks for it. */
export async function prove(page, text = password) {
  await page.getByLabel('Password').fill(text);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Chooses an organization, where the page asks for it. */
export async function belong(page, organization) {
  await page.getByRole('heading', { name: 'Choose an organization' }).waitFor();
  await page.getByRole('button', { name: organization }).click();
}
