// Single sign-on by WorkOS's SDK: a connection of the seed, and its profiles.
import assert from 'node:assert/strict';
import test from 'node:test';
import { clientId, codeOf, failure, open, redirectUri, refused, users, workos } from './people.mjs';

const { sso } = workos;

test('a profile is got for a code, and again for its token', async () => {
  for (const choice of [{ organization: 'org_ENGINES' }, { connection: 'conn_ENGINES' }]) {
    const code = await codeOf(sso.getAuthorizationUrl({ clientId, redirectUri, state: 'a=1&b=2', loginHint: 'grace@local.example', ...choice }));
    const { accessToken, profile } = await sso.getProfileAndToken({ clientId, code });
    assert.deepEqual([profile.email, profile.connectionId, profile.organizationId, profile.idpId, profile.groups], ['grace@local.example', 'conn_ENGINES', 'org_ENGINES', 'idp_grace', ['navy']]);
    assert.match(profile.id, /^prof_/);
    assert.deepEqual(await sso.getProfile({ accessToken }), profile);
    await refused(sso.getProfileAndToken({ clientId, code }), 'invalid_grant', /^The code '.*' has expired or is invalid\.$/);
  }
});

test('state comes back as it was sent', async () => {
  const state = `{"b":"a+b%20&é","sealed":"${'Fe26.2*1*'.repeat(60)}"}`;
  const back = await open(sso.getAuthorizationUrl({ clientId, redirectUri, connection: 'conn_ENGINES', state, loginHint: 'grace@local.example' }));
  assert.equal(back.searchParams.get('state'), state);
});

test('PKCE: only who began may end it', async () => {
  const { url, codeVerifier } = await sso.getAuthorizationUrlWithPKCE({ clientId, redirectUri, connection: 'conn_ENGINES', loginHint: 'grace@local.example' });
  const code = await codeOf(url);
  await refused(sso.getProfileAndToken({ clientId, code, codeVerifier: `${codeVerifier}x` }), 'invalid_grant');
  const again = await sso.getAuthorizationUrlWithPKCE({ clientId, redirectUri, connection: 'conn_ENGINES', loginHint: 'grace@local.example' });
  assert.equal((await sso.getProfileAndToken({ clientId, code: await codeOf(again.url), codeVerifier: again.codeVerifier })).profile.email, 'grace@local.example');
});

test('an unknown token has no profile', async () => {
  const error = await failure(sso.getProfile({ accessToken: 'unknown' }));
  assert.deepEqual([error.name, error.status], ['UnauthorizedException', 401]);
});

test('connections are listed and read', async () => {
  const { data } = await sso.listConnections({ organizationId: 'org_ENGINES' });
  assert.deepEqual(data.map(({ id, name, type, state, organizationId }) => [id, name, type, state, organizationId]), [['conn_ENGINES', 'Engines SSO', 'OktaSAML', 'active', 'org_ENGINES']]);
  assert.deepEqual(await sso.getConnection('conn_ENGINES'), data[0]);
  await assert.rejects(sso.getConnection('conn_NONE'), { name: 'NotFoundException' });
});

test('a code of single sign-on begins a session of the user', async () => {
  const code = await codeOf(sso.getAuthorizationUrl({ clientId, redirectUri, connection: 'conn_ENGINES', loginHint: 'grace@local.example' }));
  const { user, authenticationMethod } = await users.authenticateWithCode({ code });
  assert.deepEqual([user.email, authenticationMethod], ['grace@local.example', 'SSO']);
});
