// The login page itself: by keyboard alone, without JavaScript, in the dark, on a narrow screen, and with wrong input.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test from 'node:test';
import { app, belong, choose, password, prove, site, type, visit } from './browser.mjs';

const withPassword = process.env.LOGIN === 'password';

/** The URL of a login, of which a test may change parameters. */
const login = (changed = {}) => `${site}/user_management/authorize?${new URLSearchParams({
  client_id: process.env.CLIENT_ID, redirect_uri: `${app}/callback`, response_type: 'code', provider: 'authkit', state: 'a state', ...changed,
})}`;

/** Waits until the browser is back in the application, and returns what it was given. */
async function back(page) {
  await page.waitForURL((url) => url.href.startsWith(`${app}/callback`));
  return new URL(page.url()).searchParams;
}

/** Checks that a login has come to its end. */
async function done(page) {
  const given = await back(page);
  assert.deepEqual([given.get('state'), /^\w{26,}$/.test(given.get('code')), given.get('error')], ['a state', true, null], page.url());
}

/** The code that was e-mailed to an address last. */
async function code(page, address) {
  const [{ code }] = await (await page.request.get(`${site}/_emulate/emails?${new URLSearchParams({ to: address })}`)).json();
  return code;
}

test('the page says what it is, and may do nothing else', () => visit(async (page) => {
  const response = await page.goto(login());
  const headers = response.headers();
  assert.equal(response.status(), 200);
  assert.match(headers['content-type'], /^text\/html; charset=utf-8$/i);
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.match(headers['content-security-policy'], /default-src 'none'/);
  assert.match(headers['content-security-policy'], /frame-ancestors 'none'/);
  assert.match(headers['content-security-policy'], /base-uri 'none'/);
  assert.doesNotMatch(headers['content-security-policy'], /script-src|unsafe-eval|https?:\/\/\*/);
  assert.ok(headers['referrer-policy']);
  assert.match(await page.title(), /Sign in/);
  assert.ok(await page.locator('html').getAttribute('lang'));
  assert.match(await page.locator('body').innerText(), /emulator/i);
  assert.equal(await page.locator('script').count(), 0);
  await page.getByRole('main').waitFor();
  assert.deepEqual(await page.locator('input:not([type=hidden])').evaluateAll((inputs) => inputs.filter((input) => !input.labels.length).length), 0);
}));

/** The lightness of a colour as browsers compute it, 0 to 1 (WCAG 2.2, relative luminance). */
function luminance(colour) {
  const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map((n) => n / 255).map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

for (const colorScheme of ['light', 'dark']) {
  test(`the page is ${colorScheme}, and every text can be read`, () => visit(async (page) => {
    await page.goto(login());
    const texts = await page.evaluate(() => {
      const background = (element) => {
        for (; element; element = element.parentElement) {
          const colour = getComputedStyle(element).backgroundColor;
          if (!/, 0\)$|transparent/.test(colour)) return colour;
        }
        return getComputedStyle(document.documentElement).colorScheme.includes('dark') && matchMedia('(prefers-color-scheme: dark)').matches ? 'rgb(18, 18, 18)' : 'rgb(255, 255, 255)';
      };
      const own = [...document.body.querySelectorAll('*')].filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) && element.checkVisibility());
      return own.map((element) => ({ text: element.innerText.trim(), colour: getComputedStyle(element).color, on: background(element) }));
    });
    assert.ok(texts.length > 3);
    for (const { text, colour, on } of texts) {
      const [dark, light] = [luminance(colour), luminance(on)].toSorted((a, b) => a - b);
      assert.ok((light + 0.05) / (dark + 0.05) >= 4.5, `${text}: ${colour} on ${on}`);
      assert.ok(colorScheme === 'dark' ? luminance(on) < 0.5 : true, `${text} is on ${on} in the dark`);
    }
  }, { colorScheme }));
}

test('it fits on a narrow screen', () => visit(async (page) => {
  await page.goto(login());
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
}, { viewport: { width: 320, height: 640 } }));

/** Goes on by the Tab key until an element has the focus, and checks that the focus can be seen. */
async function tabTo(page, element) {
  for (let i = 0; i < 40; i++) {
    if (i > 0) await page.keyboard.press('Tab');
    if (!(await element.evaluate((it) => it === document.activeElement))) continue;
    const { outlineStyle, boxShadow } = await element.evaluate((it) => { const { outlineStyle, boxShadow } = getComputedStyle(it); return { outlineStyle, boxShadow }; });
    assert.ok(outlineStyle !== 'none' || boxShadow !== 'none', 'the focus is not seen');
    return;
  }
  assert.fail(`the Tab key does not lead to ${element}`);
}

test('by the keyboard alone', () => visit(async (page) => {
  await page.goto(login());
  await tabTo(page, page.getByRole('button', { name: 'ada@local.example' }));
  await page.keyboard.press('Enter');
  if (withPassword) {
    await page.getByLabel('Password').waitFor();
    await tabTo(page, page.getByLabel('Password'));
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
  }
  await page.getByRole('heading', { name: 'Choose an organization' }).waitFor();
  await tabTo(page, page.getByRole('button', { name: 'Poets' }));
  await page.keyboard.press('Space');
  await done(page);
  await page.goto(login());
  await tabTo(page, page.getByRole('textbox', { name: 'Email address' }));
  await page.keyboard.type('grace@local.example');
  await page.keyboard.press('Enter');
  if (withPassword) await prove(page);
  await done(page);
}));

test('without JavaScript', () => visit(async (page) => {
  await page.goto(login());
  await choose(page, 'ada@local.example');
  if (withPassword) await prove(page);
  await belong(page, 'Engines');
  await done(page);
}, { javaScriptEnabled: false }));

test('login_hint: that user at once', () => visit(async (page) => {
  await page.goto(login({ login_hint: 'grace@local.example' }));
  await done(page);
  await page.goto(login({ login_hint: 'ada@local.example' }));
  await belong(page, 'Poets');
  await done(page);
}));

test('the organization that the application asks for is not asked again', () => visit(async (page) => {
  await page.goto(login({ organization_id: 'org_POETS' }));
  await choose(page, 'ada@local.example');
  if (withPassword) await prove(page);
  await done(page);
}));

test('an address that is none, and one of nobody', () => visit(async (page) => {
  await page.goto(login());
  await type(page, 'nobody@elsewhere.example');
  await page.getByRole('alert').waitFor();
  assert.ok(page.url().startsWith(site), page.url());
}));

test('a form that is sent again issues nothing, in this browser and in another', () => visit(async (page, context) => {
  const posts = [];
  page.on('request', (request) => { if (request.method() === 'POST') posts.push({ url: request.url(), data: request.postData() }); });
  await page.goto(login());
  await choose(page, 'ada@local.example');
  if (withPassword) await prove(page);
  await belong(page, 'Engines');
  await done(page);
  assert.equal(posts.length, withPassword ? 3 : 2);
  const again = (post) => page.request.post(post.url, { data: post.data, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, maxRedirects: 0 });
  for (const what of ['this browser', 'another browser']) {
    for (const post of posts) {
      const answer = await again(post);
      const told = `${what}: ${post.url} is answered with ${answer.status()}`;
      assert.ok(answer.status() >= 400 && answer.status() < 500, told);
      assert.ok(!(await answer.text()).includes('code='), told);
    }
    await context.clearCookies();
  }
}));

test('the ways in which these tests fail, do fail them', async () => {
  for (const [path, message] of [['/asks-elsewhere', /it asks http:\/\/elsewhere\.example/], ['/breaks-its-policy', /CSP: script-src/], ['/throws', /thrown by the page/]]) {
    await assert.rejects(visit(async (page) => {
      await page.goto(app + path);
      await page.getByRole('heading').waitFor();
    }), message);
  }
});

test('a form of another site signs nobody in', () => visit(async (page) => {
  await page.goto(login());
  const { action, fields } = await page.getByRole('button', { name: 'grace@local.example' }).evaluate((button) => ({ action: button.form.action, fields: [...new FormData(button.form, button)] }));
  const form = { headers: { Origin: 'https://elsewhere.example', 'Content-Type': 'application/x-www-form-urlencoded' }, data: new URLSearchParams(fields).toString(), maxRedirects: 0 };
  const answer = await page.request.post(action, form);
  assert.ok(answer.status() >= 400 && answer.status() < 500, `${answer.status()} ${answer.headers().location ?? ''}`);
}));

test('a device is approved', () => visit(async (page) => {
  const post = async (path, form) => (await page.request.post(site + path, { form })).json();
  const device = await post('/user_management/authorize/device', { client_id: process.env.CLIENT_ID });
  const poll = () => post('/user_management/authenticate', {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: process.env.CLIENT_ID, device_code: device.device_code,
  });
  assert.equal((await poll()).error, 'authorization_pending');
  await page.goto(device.verification_uri_complete);
  await page.getByText(device.user_code).waitFor();
  await choose(page, 'grace@local.example', 'Sign in on a device');
  if (withPassword) await prove(page);
  await page.getByText(device.user_code).waitFor();
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('heading', { name: 'The device is signed in' }).waitFor();
  const { user, error } = await poll();
  assert.equal(user?.email ?? error, 'grace@local.example');
}));

if (withPassword) {
  test('a wrong password is told, and asked for again', () => visit(async (page) => {
    await page.goto(login());
    await choose(page, 'grace@local.example');
    await prove(page, `not ${password}`);
    await page.getByRole('alert').waitFor();
    assert.equal(await page.getByLabel('Password').inputValue(), '');
    assert.equal(await page.getByLabel('Password').getAttribute('autocomplete'), 'current-password');
    await prove(page);
    await done(page);
  }));

  test('a user without a password gets a code by e-mail', () => visit(async (page) => {
    await page.goto(login());
    await type(page, 'magic@local.example');
    await page.getByRole('textbox', { name: 'Code' }).waitFor();
    const sent = await code(page, 'magic@local.example');
    await page.getByRole('textbox', { name: 'Code' }).fill(String((Number(sent) + 1) % 1e6).padStart(6, '0'));
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByRole('textbox', { name: 'Code' }).fill(sent);
    await page.getByRole('button', { name: 'Continue' }).click();
    await done(page);
  }));

  test('an address is verified before anything else', () => visit(async (page) => {
    await page.goto(login());
    await choose(page, 'unverified@local.example');
    await prove(page);
    await page.getByRole('textbox', { name: 'Code' }).fill(await code(page, 'unverified@local.example'));
    await page.getByRole('button', { name: 'Continue' }).click();
    await done(page);
  }));

  test('the code of an authenticator app is asked for', () => visit(async (page) => {
    await page.goto(login());
    await choose(page, 'totp@local.example');
    await prove(page);
    await page.getByRole('textbox', { name: 'Code' }).fill('000000');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByRole('textbox', { name: 'Code' }).fill(totp(process.env.TOTP_SECRET));
    await page.getByRole('button', { name: 'Continue' }).click();
    await done(page);
  }));
}

/** The code that an authenticator app shows now (RFC 6238). */
function totp(secret) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))).update(counter).digest();
  return String((digest.readUInt32BE(digest.at(-1) & 15) & 0x7fffffff) % 1e6).padStart(6, '0');
}
