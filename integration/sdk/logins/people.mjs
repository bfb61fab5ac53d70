// What the tests of logins share: the site, WorkOS's SDK set up for it, and what browsers and authenticator apps do.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { WorkOS } from '@workos-inc/node';

export const site = new URL(process.env.SITE);
export const key = process.env.KEY; // an API key of the seed
export const clientId = process.env.CLIENT_ID;
export const password = process.env.PASSWORD; // of each seeded user who has one
export const totpSecret = process.env.TOTP_SECRET; // of totp@local.example
export const cookiePassword = 'a password of more than thirty-two characters';
export const redirectUri = 'http://localhost:3000/callback';

/** An SDK that never retries. */
export const sdk = (apiKey = key, options = {}) => new WorkOS(apiKey, {
  clientId, apiHostname: site.hostname, port: Number(site.port), https: false, maxRetries: 0, ...options,
});

export const workos = sdk();
export const users = workos.userManagement;

/** What a call is rejected with. */
export const failure = (call) => call.then(() => assert.fail('it succeeded'), (error) => error);

/** The step that a login asks for: the exception's code. */
export async function step(call, code) {
  const error = await failure(call);
  assert.deepEqual([error.name, error.status, error.code], ['AuthenticationException', 403, code], error.stack);
  assert.match(error.pendingAuthenticationToken, /^\w{25,}$/);
  assert.equal(error.pendingAuthenticationToken, error.rawData.pending_authentication_token);
  return { ...error.rawData, pendingAuthenticationToken: error.pendingAuthenticationToken };
}

/** Checks that a call is refused in the shape of OAuth. */
export async function refused(call, error, description) {
  const said = await failure(call);
  assert.deepEqual([said.name, said.status, said.error], ['OauthException', 400, error], said.stack);
  if (description) assert.match(said.errorDescription, description);
}

/** Checks that a call is refused in the shape of WorkOS. */
export async function refusedWith(call, code, status = 400) {
  const said = await failure(call);
  assert.deepEqual([said.status, said.code ?? said.rawData?.code], [status, code], said.stack);
}

/** Opens a URL as a browser does, and returns where it is sent. */
export async function open(url) {
  const response = await fetch(url, { redirect: 'manual' });
  assert.equal(response.status, 302, await response.text());
  return new URL(response.headers.get('location'));
}

/** Signs a seeded user in without a page, as login_hint does, and returns the code. */
export async function codeOf(url) {
  const back = await open(url);
  assert.equal(back.origin + back.pathname, redirectUri, back.href);
  return back.searchParams.get('code');
}

/** The claims of a token, unverified. */
export const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

/** The code that an authenticator app shows for a secret (RFC 6238), some periods of 30 seconds from now. */
export function totp(secret, periods = 0) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + periods));
  const digest = createHmac('sha1', bytes).update(counter).digest();
  const at = digest.at(-1) & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, '0');
}

/** Another code of six digits. */
export const otherThan = (code) => String((Number(code) + 1) % 1e6).padStart(6, '0');

/** The newest e-mail that an address would have got. */
export async function email(address) {
  const response = await fetch(new URL(`/_emulate/emails?${new URLSearchParams({ to: address })}`, site));
  assert.equal(response.status, 200);
  return (await response.json())[0];
}

/** Posts to authenticate without the SDK. */
export async function authenticate(body, headers = { 'Content-Type': 'application/json' }) {
  const text = typeof body === 'string' || body instanceof URLSearchParams ? body : JSON.stringify(body);
  const response = await fetch(new URL('/user_management/authenticate', site), { method: 'POST', headers, body: text });
  return { status: response.status, cache: response.headers.get('cache-control'), ...(await response.json()) };
}
