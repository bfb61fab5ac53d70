// The recipe of docs/login.md, which the test writes into recipe.mjs.
import test from 'node:test';
import { app, site, visit } from './browser.mjs';
import { signIn } from './recipe.mjs';

const login = new URLSearchParams({ client_id: process.env.CLIENT_ID, redirect_uri: `${app}/callback`, response_type: 'code', provider: 'authkit' });

test('the recipe signs in', () => visit(async (page) => {
  await page.goto(`${site}/user_management/authorize?${login}`);
  await signIn(page, 'alone@local.example', process.env.PASSWORD);
  await page.waitForURL((url) => url.href.startsWith(`${app}/callback?code=`));
}));
