// The SDK's own check of an M2M token, with the keys of /sso/jwks/{clientId}.
import assert from 'node:assert/strict';
import test from 'node:test';
import { accessToken, clientId, machine, sdk, site } from './client.mjs';

test('a token is valid for the audience of the environment', async () => {
  const { workos } = sdk();
  const credential = await accessToken();
  const checked = await workos.agents.validateAccessToken({ credential });
  assert.equal(checked.valid, true);
  assert.equal(checked.registrationId, machine.clientId);
  assert.deepEqual(
    [checked.claims.issuer, checked.claims.audience, checked.claims.organizationId, checked.claims.scope],
    [site.origin, clientId, machine.organizationId, 'posts:read posts:write'],
  );
  assert.match(checked.claims.jti, /^[0-9A-HJKMNP-TV-Z]{26}$/);
  assert.equal(checked.claims.expiresAt - checked.claims.issuedAt, 3600);
  assert.deepEqual(await workos.agents.validateCredential({ type: 'access_token', credential }), checked);
});

test('a token is not valid for another audience, nor when it was tampered with', async () => {
  const { workos } = sdk();
  const credential = await accessToken();
  assert.equal((await workos.agents.validateAccessToken({ credential, audience: 'client_OTHER' })).valid, false);
  const [header, payload, signature] = credential.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url'));
  const forged = Buffer.from(JSON.stringify({ ...claims, org_id: 'org_OTHER' })).toString('base64url');
  assert.equal((await workos.agents.validateAccessToken({ credential: `${header}.${forged}.${signature}` })).valid, false);
});

test('a narrower scope is granted', async () => {
  const { workos } = sdk();
  const { claims } = await workos.agents.validateAccessToken({ credential: await accessToken(machine, 'posts:read') });
  assert.equal(claims.scope, 'posts:read');
});

test('a token of a client that was created by the SDK', async () => {
  const { workos } = sdk();
  const { id, clientId: created } = await workos.connect.createM2MApplication('Worker', 'org_LOCAL', undefined, ['jobs:run']);
  const { secret } = await workos.connect.createApplicationClientSecret({ id });
  const { claims } = await workos.agents.validateAccessToken({ credential: await accessToken({ clientId: created, secret }) });
  assert.deepEqual([claims.registrationId, claims.scope], [created, 'jobs:run']);
});
