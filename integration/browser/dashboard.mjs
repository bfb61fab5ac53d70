// What somebody does in an application: the same in each of them.
import assert from 'node:assert/strict';
import { shows } from './browser.mjs';

const button = (page, name) => page.getByRole('button', { name });

/** Checks who is signed in, and what they may do. */
export async function isSignedIn(page, { email, organization = '', role = '', mayDelete = false }) {
  await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
  await shows(page, 'User', email);
  await shows(page, 'Organization', organization);
  await shows(page, 'Role', role);
  assert.equal(await button(page, 'Delete all posts').count(), mayDelete ? 1 : 0, 'the permission posts:delete');
}

/** Switches to an organization. */
export const switchTo = (page, name) => button(page, `Switch to ${name}`).click();

/** Signs out, and checks that whoever comes next has to sign in. */
export async function signOut(page, app) {
  await button(page, 'Sign out').click();
  await page.waitForURL(`${app}/`);
}
