// Wrong input: nothing is issued, and nobody is sent to where it is not allowed.
import assert from 'node:assert/strict';
import test from 'node:test';
import { authenticate, clientId, codeOf, key, open, otherThan, password, redirectUri, refused, refusedWith, sdk, site, users } from './people.mjs';

const grace = { email: 'grace@local.example', password };
const byPassword = { grant_type: 'password', client_id: clientId, client_secret: key, ...grace };

/** The URL of authorize with parameters changed: null leaves one out. */
function authorizeUrl(changed, path = '/user_management/authorize') {
  const url = new URL(path, site);
  const parameters = { client_id: clientId, redirect_uri: redirectUri, response_type: 'code', provider: 'authkit', login_hint: grace.email, state: 's', ...changed };
  for (const [name, value] of Object.entries(parameters)) if (value !== null) url.searchParams.set(name, value);
  return url;
}

test('answers are kept nowhere, and have no members that WorkOS does not send', async () => {
  for (const headers of [{ 'Content-Type': 'application/json' }, { 'Content-Type': 'application/x-www-form-urlencoded' }]) {
    const body = headers['Content-Type'].endsWith('json') ? byPassword : new URLSearchParams(byPassword);
    const { status, cache, ...answer } = await authenticate(body, headers);
    assert.deepEqual([status, cache], [200, 'no-store']);
    assert.deepEqual(Object.keys(answer).toSorted(), ['access_token', 'authentication_method', 'organization_id', 'refresh_token', 'user']);
  }
});

for (const name of ['client_id', 'client_secret', 'email', 'password', 'grant_type']) {
  test(`authenticate: without ${name}`, async () => {
    const { status, error, error_description: text } = await authenticate({ ...byPassword, [name]: undefined });
    assert.equal(status, 400);
    assert.ok(['invalid_request', 'invalid_client'].includes(error), `${error}: ${text}`);
    if (name === 'client_id') assert.equal(text, 'Missing required parameter: client_id');
  });
}

test('authenticate: an unknown grant, a wrong secret, a client that is unknown', async () => {
  assert.equal((await authenticate({ ...byPassword, grant_type: 'implicit' })).error, 'invalid_request');
  await refused(sdk('sk_wrong').userManagement.authenticateWithPassword(grace), 'invalid_client');
  await refused(sdk(undefined, { clientId: 'client_NONE' }).userManagement.authenticateWithPassword(grace), 'invalid_client');
  const basic = { Authorization: `Basic ${btoa(`${clientId}:${key}`)}`, 'Content-Type': 'application/json' };
  assert.equal((await authenticate({ ...byPassword, client_secret: undefined }, { ...basic, Authorization: `Bearer ${key}` })).status, 400);
  assert.equal((await authenticate({ ...byPassword, client_id: undefined }, basic)).error_description, 'Missing required parameter: client_id');
});

test('authenticate: a body that is none', async () => {
  for (const body of ['', '{', '[]', 'null', '"text"', '{"grant_type":1}', '\0\0\0']) {
    const { status } = await authenticate(body);
    assert.ok(status === 400 || status === 422, `${JSON.stringify(body)} is answered with ${status}`);
  }
});

test('a code belongs to its client, and to its verifier', async () => {
  const url = () => authorizeUrl({ code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' });
  const codeVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'; // RFC 7636, appendix B
  const code = await codeOf(url());
  assert.equal((await authenticate({ grant_type: 'authorization_code', client_id: 'client_OTHER', client_secret: key, code, code_verifier: codeVerifier })).status, 400);
  await refused(users.authenticateWithCode({ code: await codeOf(url()) }), 'invalid_grant');
  const right = await codeOf(url());
  assert.equal((await users.authenticateWithCode({ code: right, codeVerifier })).user.email, grace.email);
  await refused(users.authenticateWithCode({ code: right, codeVerifier }), 'invalid_grant');
  await refusedWith(users.authenticateWithCode({ code: await codeOf(authorizeUrl({})), codeVerifier }), 'code_challenge_not_found');
  const public_ = { grant_type: 'authorization_code', client_id: clientId };
  assert.equal((await authenticate({ ...public_, code: await codeOf(authorizeUrl({})) })).status, 400);
});

test('a code is redeemed once by many at a time', async () => {
  const code = await codeOf(authorizeUrl({}));
  const answers = await Promise.all(Array.from({ length: 8 }, () => authenticate({ grant_type: 'authorization_code', client_id: clientId, client_secret: key, code })));
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, ...Array(7).fill(400)]);
});

test('refresh tokens, pending tokens and codes that are unknown', async () => {
  await refused(users.authenticateWithRefreshToken({ refreshToken: 'unknown' }), 'invalid_grant', /^Invalid refresh token\.$/);
  await refused(users.authenticateWithCode({ code: '01HXYZ0000000000000000000A' }), 'invalid_grant');
  for (const call of [
    () => users.authenticateWithOrganizationSelection({ pendingAuthenticationToken: 'unknown', organizationId: 'org_ENGINES' }),
    () => users.authenticateWithEmailVerification({ pendingAuthenticationToken: 'unknown', code: '000000' }),
    () => users.authenticateWithTotp({ pendingAuthenticationToken: 'unknown', code: '000000', authenticationChallengeId: 'auth_challenge_NONE' }),
  ]) await refusedWith(call(), 'invalid_pending_authentication_token');
});

test('a code by e-mail is guessed only so often', async () => {
  const { code } = await users.createMagicAuth({ email: 'guessed@local.example' });
  const codes = new Set();
  for (let i = 0; i < 20; i++) {
    const { code: said, status } = await authenticate({ grant_type: 'urn:workos:oauth:grant-type:magic-auth:code', client_id: clientId, client_secret: key, email: 'guessed@local.example', code: otherThan(code) });
    assert.equal(status, 400);
    codes.add(said);
  }
  assert.deepEqual([...codes], ['invalid_one_time_code', 'one_time_code_too_many_attempts']);
  await refusedWith(users.authenticateWithMagicAuth({ email: 'guessed@local.example', code }), 'one_time_code_too_many_attempts');
});

for (const path of ['/user_management/authorize', '/sso/authorize']) {
  const selected = path.startsWith('/sso') ? { provider: null, connection: 'conn_ENGINES' } : {};
  for (const [what, changed] of Object.entries({
    'no client_id': { client_id: null }, 'a client that is unknown': { client_id: 'client_NONE' }, 'no redirect_uri': { redirect_uri: null },
    'another host': { redirect_uri: 'https://elsewhere.example/callback' }, 'a script': { redirect_uri: 'javascript:alert(1)//localhost' },
    'data': { redirect_uri: 'data:text/html,<script>alert(1)</script>' }, 'a host behind user information': { redirect_uri: 'http://localhost@elsewhere.example/' },
    'a host that begins like a loopback one': { redirect_uri: 'http://localhost.elsewhere.example/' }, 'no scheme': { redirect_uri: '//elsewhere.example/' },
    'a backslash': { redirect_uri: 'http://localhost\\@elsewhere.example/' }, 'a line break': { redirect_uri: 'http://localhost/\r\nLocation: https://elsewhere.example' },
  })) {
    test(`${path}: ${what} is an error page, and leads nowhere`, async () => {
      const response = await fetch(authorizeUrl({ ...selected, ...changed }, path), { redirect: 'manual' });
      const text = await response.text();
      assert.deepEqual([response.status, response.headers.get('location')], [400, null]);
      assert.match(response.headers.get('content-type'), /^text\/html/);
      assert.ok(!text.includes('<script>alert'), text);
    });
  }
}

test('authorize: what is wrong otherwise is told to the application', async () => {
  for (const [changed, error] of [
    [{ response_type: 'token' }, 'unsupported_response_type'], [{ login_hint: 'nobody@elsewhere.example' }, 'access_denied'],
    [{ organization_id: 'org_CLOSED' }, 'access_denied'], [{ organization_id: 'org_CLOSED', provider: null }, 'organization_invalid'], [{ code_challenge: 'x', code_challenge_method: 'plain' }, 'invalid_request'],
  ]) {
    const back = await open(authorizeUrl(changed));
    assert.deepEqual([back.origin + back.pathname, back.searchParams.get('error'), back.searchParams.get('state'), back.searchParams.has('code')], [redirectUri, error, 's', false], back.href);
  }
  const none = await fetch(authorizeUrl({ provider: null }), { redirect: 'manual' });
  assert.deepEqual([none.status, none.headers.get('location')], [400, null]);
});

test('a form of 10 MiB is refused', async () => {
  const body = new URLSearchParams({ ...byPassword, password: 'x'.repeat(10 << 20) });
  const response = await fetch(new URL('/user_management/authenticate', site), { method: 'POST', body }).catch((error) => error.cause);
  assert.ok(response instanceof Error || response.status >= 400 && response.status < 500, String(response.status));
});
