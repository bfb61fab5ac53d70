// Each grant of authenticate by WorkOS's SDK, with each step that it may ask for.
import assert from 'node:assert/strict';
import test from 'node:test';
import { authenticate, claimsOf, clientId, codeOf, email as emailTo, otherThan, password, redirectUri, refused, refusedWith, sdk, site, step, totp, totpSecret, users, workos } from './people.mjs';

const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Checks an answer of authenticate, and returns the claims. */
function signedIn({ user, accessToken, refreshToken, authenticationMethod, organizationId }, email, method, organization) {
  assert.deepEqual([user.email, authenticationMethod, organizationId], [email, method, organization]);
  assert.ok(refreshToken);
  const claims = claimsOf(accessToken);
  assert.deepEqual([claims.sub, claims.client_id, claims.org_id, claims.aud], [user.id, clientId, organization, undefined]);
  assert.equal(claims.iss, `${site.origin}/user_management/${clientId}`);
  assert.match(claims.sid, /^session_/);
  assert.match(claims.jti, ulid);
  assert.equal(claims.exp - claims.iat, 300);
  assert.equal(typeof claims.auth_time, 'number');
  return claims;
}

const grace = { email: 'grace@local.example', password };

test('password: a member of one organization', async () => {
  const claims = signedIn(await users.authenticateWithPassword(grace), grace.email, 'Password', 'org_ENGINES');
  assert.deepEqual([claims.role, claims.roles, claims.permissions], ['member', ['member'], ['posts:read']]);
  assert.ok((await users.getUser('user_GRACE')).lastSignInAt);
});

test('password: a member of none has no claims of an organization', async () => {
  const claims = signedIn(await users.authenticateWithPassword({ email: 'alone@local.example', password }), 'alone@local.example', 'Password');
  for (const name of ['org_id', 'role', 'roles', 'permissions', 'entitlements', 'feature_flags', 'act']) assert.ok(!(name in claims), name);
});

test('password: a user that is created for the test', async () => {
  const email = 'created@local.example';
  const created = await users.createUser({ email, password: 'a password of the test', emailVerified: true });
  await users.createOrganizationMembership({ userId: created.id, organizationId: 'org_POETS', roleSlug: 'admin' });
  const claims = signedIn(await users.authenticateWithPassword({ email, password: 'a password of the test' }), email, 'Password', 'org_POETS');
  assert.deepEqual([claims.sub, claims.role, claims.permissions], [created.id, 'admin', ['posts:delete', 'posts:read']]);
});

test('password: an address is one whatever its case', async () => {
  signedIn(await users.authenticateWithPassword({ email: 'Grace@LOCAL.example', password }), grace.email, 'Password', 'org_ENGINES');
});

test('password: wrong, and of nobody', async () => {
  for (const email of [grace.email, 'alone@local.example']) {
    await refusedWith(users.authenticateWithPassword({ email, password: `not ${password}` }), 'invalid_credentials');
  }
  await refusedWith(users.authenticateWithPassword({ email: 'nobody@elsewhere.example', password }), 'invalid_credentials');
});

test('email verification: the code that was e-mailed', async () => {
  const email = 'unverified@local.example';
  const asked = await step(users.authenticateWithPassword({ email, password }), 'email_verification_required');
  assert.equal(asked.email, email);
  const { code } = await users.getEmailVerification(asked.email_verification_id);
  assert.match(code, /^\d{6}$/);
  assert.equal((await emailTo(email)).code, code);
  const { pendingAuthenticationToken } = asked;
  await refusedWith(users.authenticateWithEmailVerification({ code: otherThan(code), pendingAuthenticationToken }), 'invalid_one_time_code');
  signedIn(await users.authenticateWithEmailVerification({ code, pendingAuthenticationToken }), email, 'Password');
  assert.equal((await users.getUser('user_UNVERIFIED')).emailVerified, true);
  await refusedWith(users.authenticateWithEmailVerification({ code, pendingAuthenticationToken }), 'invalid_pending_authentication_token');
  signedIn(await users.authenticateWithPassword({ email, password }), email, 'Password');
});

test('TOTP: a challenge that the client creates', async () => {
  const email = 'totp@local.example';
  const { pendingAuthenticationToken, authentication_factors: factors, user } = await step(users.authenticateWithPassword({ email, password }), 'mfa_challenge');
  assert.deepEqual([factors.length, factors[0].type, user.id], [1, 'totp', 'user_TOTP']);
  const challenge = await workos.multiFactorAuth.challengeFactor({ authenticationFactorId: factors[0].id });
  const answer = (code) => users.authenticateWithTotp({ code, pendingAuthenticationToken, authenticationChallengeId: challenge.id });
  await refusedWith(answer(otherThan(totp(totpSecret))), 'invalid_one_time_code');
  signedIn(await answer(totp(totpSecret)), email, 'Password');
});

test('organization selection: another organization, then one of them', async () => {
  const ada = { email: 'ada@local.example', password };
  const { pendingAuthenticationToken, organizations, user } = await step(users.authenticateWithPassword(ada), 'organization_selection_required');
  assert.deepEqual([organizations.toSorted((a, b) => a.id.localeCompare(b.id)), user.id], [[{ id: 'org_ENGINES', name: 'Engines' }, { id: 'org_POETS', name: 'Poets' }], 'user_ADA']);
  await refused(users.authenticateWithOrganizationSelection({ pendingAuthenticationToken, organizationId: 'org_CLOSED' }), 'organization_membership_not_found');
  const claims = signedIn(await users.authenticateWithOrganizationSelection({ pendingAuthenticationToken, organizationId: 'org_ENGINES' }), ada.email, 'Password', 'org_ENGINES');
  assert.deepEqual([claims.role, claims.permissions, claims.entitlements], ['admin', ['posts:delete', 'posts:read'], ['audit-logs']]);
});

test('magic auth: a code verifies the address', async () => {
  const email = 'magic@local.example';
  const { id, code } = await users.createMagicAuth({ email });
  assert.equal((await users.getMagicAuth(id)).code, code);
  assert.equal((await emailTo(email)).code, code);
  await refusedWith(users.authenticateWithMagicAuth({ email, code: otherThan(code) }), 'invalid_one_time_code');
  const { user, ...rest } = await users.authenticateWithMagicAuth({ email, code });
  signedIn({ user, ...rest }, email, 'MagicAuth');
  assert.equal(user.emailVerified, true);
  await refusedWith(users.authenticateWithMagicAuth({ email, code }), 'one_time_code_previously_used');
});

test('magic auth: an address that is new becomes a user', async () => {
  const email = 'new@local.example';
  const { code, userId } = await users.createMagicAuth({ email });
  const { user } = await users.authenticateWithMagicAuth({ email, code });
  assert.equal(user.id, userId);
});

test('authorization code: with the secret, once', async () => {
  const state = 'a state & more=of it/+%20';
  const url = users.getAuthorizationUrl({ provider: 'authkit', redirectUri, loginHint: grace.email, state });
  const code = await codeOf(url);
  assert.match(code, /^\w{26,}$/);
  signedIn(await users.authenticateWithCode({ code }), grace.email, 'Password', 'org_ENGINES');
  await refused(users.authenticateWithCode({ code }), 'invalid_grant', /^The code '.*' has expired or is invalid\.$/);
});

test('authorization code: PKCE, with and without the secret', async () => {
  for (const client of [workos, sdk(undefined, { apiKey: undefined })]) {
    const { url, codeVerifier, state } = await client.userManagement.getAuthorizationUrlWithPKCE({ provider: 'authkit', redirectUri, loginHint: grace.email });
    const code = await codeOf(url);
    assert.ok(state);
    await refused(client.userManagement.authenticateWithCode({ code, codeVerifier: `${codeVerifier}x` }), 'invalid_grant');
    const again = await client.userManagement.getAuthorizationUrlWithPKCE({ provider: 'authkit', redirectUri, loginHint: grace.email });
    signedIn(await client.userManagement.authenticateWithCode({ code: await codeOf(again.url), codeVerifier: again.codeVerifier }), grace.email, 'Password', 'org_ENGINES');
  }
});

test('authorization code: the organization that was asked for', async () => {
  const url = (organizationId) => users.getAuthorizationUrl({ provider: 'authkit', redirectUri, loginHint: 'ada@local.example', organizationId });
  signedIn(await users.authenticateWithCode({ code: await codeOf(url('org_POETS')) }), 'ada@local.example', 'Password', 'org_POETS');
});

test('refresh: another pair, the same session', async () => {
  const first = await users.authenticateWithPassword(grace);
  const second = await users.authenticateWithRefreshToken({ refreshToken: first.refreshToken });
  const [before, after] = [claimsOf(first.accessToken), signedIn(second, grace.email, 'Password', 'org_ENGINES')];
  assert.notEqual(second.refreshToken, first.refreshToken);
  assert.notEqual(after.jti, before.jti);
  assert.deepEqual([after.sid, after.auth_time], [before.sid, before.auth_time]);
  const replayed = await users.authenticateWithRefreshToken({ refreshToken: first.refreshToken });
  assert.deepEqual([replayed.refreshToken, replayed.accessToken], [second.refreshToken, second.accessToken]);
});

test('refresh: a role that was given meanwhile', async () => {
  const { id } = await users.createUser({ email: 'promoted@local.example', password, emailVerified: true });
  const membership = await users.createOrganizationMembership({ userId: id, organizationId: 'org_ENGINES' });
  const { refreshToken, accessToken } = await users.authenticateWithPassword({ email: 'promoted@local.example', password });
  assert.equal(claimsOf(accessToken).role, 'member');
  await users.updateOrganizationMembership(membership.id, { roleSlug: 'admin' });
  assert.equal(claimsOf((await users.authenticateWithRefreshToken({ refreshToken })).accessToken).role, 'admin');
});

test('refresh: to another organization', async () => {
  const { pendingAuthenticationToken } = await step(users.authenticateWithPassword({ email: 'ada@local.example', password }), 'organization_selection_required');
  const { refreshToken } = await users.authenticateWithOrganizationSelection({ pendingAuthenticationToken, organizationId: 'org_ENGINES' });
  const switched = await users.authenticateWithRefreshToken({ refreshToken, organizationId: 'org_POETS' });
  assert.equal(signedIn(switched, 'ada@local.example', 'Password', 'org_POETS').role, 'member');
  await refused(users.authenticateWithRefreshToken({ refreshToken: switched.refreshToken, organizationId: 'org_CLOSED' }), 'organization_membership_not_found');
  await refused(users.authenticateWithRefreshToken({ refreshToken: switched.refreshToken, organizationId: 'org_NONE' }), 'organization_not_found');
  const stays = await users.authenticateWithRefreshToken({ refreshToken: switched.refreshToken });
  assert.equal(stays.organizationId, 'org_POETS');
});

test('impersonation: the impersonator is told, and acts', async () => {
  const answer = await users.authenticateWithPassword({ email: 'impersonated@local.example', password });
  assert.deepEqual(answer.impersonator, { email: 'support@workos.example', reason: 'ticket 4711' });
  assert.deepEqual([answer.authenticationMethod, claimsOf(answer.accessToken).act], ['Impersonation', { sub: 'support@workos.example' }]);
});

test('device: the first user approves at once, where nobody could on a page', async () => {
  const response = await fetch(new URL('/user_management/authorize/device', site), { method: 'POST', body: new URLSearchParams({ client_id: clientId }) });
  const device = await response.json();
  assert.equal(response.status, 200, JSON.stringify(device));
  assert.match(device.user_code, /^[A-Z]{4}-[A-Z]{4}$/);
  assert.ok(device.device_code.length >= 64 && device.verification_uri_complete.includes(device.user_code));
  assert.deepEqual([device.expires_in, device.interval], [300, 5]);
  const poll = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: clientId, device_code: device.device_code };
  assert.equal((await authenticate({ ...poll, client_id: 'client_OTHER' })).status, 400);
  const asked = await authenticate(poll);
  assert.deepEqual([asked.status, asked.code, asked.user.email], [403, 'organization_selection_required', 'ada@local.example']);
  const chosen = await users.authenticateWithOrganizationSelection({ pendingAuthenticationToken: asked.pending_authentication_token, organizationId: 'org_POETS' });
  assert.equal(chosen.organizationId, 'org_POETS');
  assert.equal((await authenticate(poll)).status, 400); // once
});
