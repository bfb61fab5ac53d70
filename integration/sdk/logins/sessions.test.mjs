// Sealed sessions of WorkOS's SDK: load, authenticate, refresh, switch the organization, sign out; and sessions that are ended.
import assert from 'node:assert/strict';
import test from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { clientId, cookiePassword, password, refused, sdk, site, step, users } from './people.mjs';

const session = { sealSession: true, cookiePassword };
const grace = { email: 'grace@local.example', password, session };

/** Seals a session of Ada's in an organization. */
async function ada(organizationId) {
  const { pendingAuthenticationToken } = await step(users.authenticateWithPassword({ email: 'ada@local.example', password }), 'organization_selection_required');
  return users.authenticateWithOrganizationSelection({ pendingAuthenticationToken, organizationId, session });
}

test('a sealed session is authenticated by the published keys', async () => {
  const { sealedSession, accessToken } = await users.authenticateWithPassword(grace);
  for (const issuer of [undefined, `${site.origin}/user_management/${clientId}`]) {
    const loaded = sdk(undefined, { issuer }).userManagement.loadSealedSession({ sessionData: sealedSession, cookiePassword });
    const is = await loaded.authenticate();
    assert.deepEqual([is.authenticated, is.user.email, is.organizationId, is.role, is.permissions, is.authenticationMethod], [true, grace.email, 'org_ENGINES', 'member', ['posts:read'], 'Password']);
  }
  const other = await sdk(undefined, { issuer: 'https://elsewhere.example' }).userManagement.loadSealedSession({ sessionData: sealedSession, cookiePassword }).authenticate();
  assert.deepEqual(other, { authenticated: false, reason: 'invalid_jwt' });
  assert.ok(sealedSession.length < 4096, `${sealedSession.length} bytes do not fit into a cookie`);
  const discovery = await (await fetch(new URL(`/user_management/${clientId}/.well-known/openid-configuration`, site))).json();
  assert.deepEqual(Object.keys(discovery).toSorted(), ['authorization_endpoint', 'issuer', 'jwks_uri', 'response_types_supported', 'token_endpoint']);
  for (const uri of [discovery.jwks_uri, users.getJwksUrl(clientId), new URL('/oauth2/jwks', site)]) {
    await jwtVerify(accessToken, createRemoteJWKSet(new URL(uri)), { issuer: discovery.issuer });
  }
});

test('a session is refreshed, and switched to another organization', async () => {
  const { sealedSession } = await ada('org_ENGINES');
  const loaded = users.loadSealedSession({ sessionData: sealedSession, cookiePassword });
  const before = await loaded.authenticate();
  const same = await loaded.refresh();
  assert.deepEqual([same.authenticated, same.organizationId, same.role, same.sessionId], [true, 'org_ENGINES', 'admin', before.sessionId]);
  const switched = await loaded.refresh({ organizationId: 'org_POETS' });
  assert.deepEqual([switched.authenticated, switched.organizationId, switched.role, switched.permissions], [true, 'org_POETS', 'member', ['posts:read']]);
  const after = await users.loadSealedSession({ sessionData: switched.sealedSession, cookiePassword }).authenticate();
  assert.deepEqual([after.organizationId, after.sessionId], ['org_POETS', before.sessionId]);
});

test('signing out ends the session, and leads back only to where it may', async () => {
  const { sealedSession, refreshToken, user } = await users.authenticateWithPassword(grace);
  const loaded = users.loadSealedSession({ sessionData: sealedSession, cookiePassword });
  const { sessionId } = await loaded.authenticate();
  const out = await fetch(await loaded.getLogoutUrl({ returnTo: 'http://localhost:3000/bye' }), { redirect: 'manual' });
  assert.deepEqual([out.status, out.headers.get('location')], [302, 'http://localhost:3000/bye']);
  const listed = await users.listSessions(user.id);
  assert.ok(!listed.data.some(({ id }) => id === sessionId));
  assert.deepEqual(await loaded.refresh(), { authenticated: false, reason: 'invalid_grant', retryable: false });
  await refused(users.authenticateWithRefreshToken({ refreshToken }), 'invalid_grant');
  for (const returnTo of ['https://elsewhere.example/', 'javascript:alert(1)', '//elsewhere.example', 'https://localhost@elsewhere.example/']) {
    const other = await fetch(users.getLogoutUrl({ sessionId, returnTo }), { redirect: 'manual' });
    assert.ok([200, 302, 400].includes(other.status), `${returnTo}: ${other.status}`);
    assert.ok(!(other.headers.get('location') ?? '').includes('elsewhere') && !(other.headers.get('location') ?? '').startsWith('javascript'), returnTo);
  }
});

test('a session is listed while it is active, and revoked', async () => {
  const { user, refreshToken, sealedSession } = await users.authenticateWithPassword({ ...grace, ipAddress: '192.0.2.7', userAgent: 'a test' });
  const { sessionId } = await users.loadSealedSession({ sessionData: sealedSession, cookiePassword }).authenticate();
  const one = (await users.listSessions(user.id)).data.find(({ id }) => id === sessionId);
  assert.deepEqual([one.userId, one.organizationId, one.ipAddress, one.userAgent, one.authMethod, one.status, one.endedAt], [user.id, 'org_ENGINES', '192.0.2.7', 'a test', 'password', 'active', null]);
  assert.equal(await users.revokeSession({ sessionId }), undefined); // a body that is no JSON would make it throw
  assert.ok(!(await users.listSessions(user.id)).data.some(({ id }) => id === sessionId));
  await refused(users.authenticateWithRefreshToken({ refreshToken }), 'invalid_grant');
  await assert.rejects(users.revokeSession({ sessionId: 'session_NONE' }), { name: 'NotFoundException', message: "Session not found: 'session_NONE'." });
});

for (const [what, end] of Object.entries({
  'the user is deleted': ({ user }) => users.deleteUser(user.id),
  'the password is reset': async ({ user }) => {
    const { passwordResetToken } = await users.createPasswordReset({ email: user.email });
    await users.resetPassword({ token: passwordResetToken, newPassword: 'a new password' });
  },
  'the membership is deactivated': ({ membership }) => users.deactivateOrganizationMembership(membership.id),
})) {
  test(`sessions end when ${what}`, async () => {
    const email = `ended-${what.replaceAll(' ', '-')}@local.example`;
    const user = await users.createUser({ email, password, emailVerified: true });
    const membership = await users.createOrganizationMembership({ userId: user.id, organizationId: 'org_POETS' });
    const { refreshToken } = await users.authenticateWithPassword({ email, password });
    await end({ user, membership });
    await refused(users.authenticateWithRefreshToken({ refreshToken }), 'invalid_grant');
  });
}
