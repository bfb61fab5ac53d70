// Takes the picture of the login page that README shows.
import test from 'node:test';
import { site, visit } from './browser.mjs';

const login = new URLSearchParams({ client_id: process.env.CLIENT_ID, redirect_uri: 'http://localhost:3000/callback', response_type: 'code', provider: 'authkit' });

test('the page as README shows it', () => visit(async (page) => {
  await page.goto(`${site}/user_management/authorize?${login}`);
  await page.getByText('Continue with the real WorkOS').waitFor();
  await page.screenshot({ path: process.env.SCREENSHOT, fullPage: true });
}, { viewport: { width: 640, height: 480 }, colorScheme: 'light' }));
