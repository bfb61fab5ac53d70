// WorkOS's own SDK, and jose, against the seed and the fixtures of this folder:
//
//	caddy workos exec -- npm test
//
// starts a server for them, and says in the environment where it is. `caddy workos` or `caddy run`, in another terminal, serve
// the same on port 4100.
import assert from 'node:assert/strict';
import test from 'node:test';
import { WorkOS } from '@workos-inc/node';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const site = new URL(process.env.WORKOS_BASE_URL ?? 'http://localhost:4100');
const clientId = process.env.WORKOS_CLIENT_ID ?? 'client_example'; // of the environment: the audience of tokens
const workos = new WorkOS(process.env.WORKOS_API_KEY ?? 'sk_test_local', {
  clientId,
  apiHostname: site.hostname,
  port: Number(site.port),
  https: site.protocol === 'https:',
});
const keys = createRemoteJWKSet(new URL('/oauth2/jwks', site));

test('organizations are emulated', async () => {
  const { data } = await workos.organizations.listOrganizations();
  assert.deepEqual(data.map((organization) => organization.name), ['Acme Corp']);
});

test('a machine exchanges its credentials for a token', async () => {
  const answer = await fetch(new URL('/oauth2/token', site), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'client_billing',
      client_secret: 'secret_billing',
    }),
  });
  assert.equal(answer.status, 200);
  const { access_token: token } = await answer.json();
  const { payload } = await jwtVerify(token, keys, { issuer: site.origin, audience: clientId });
  assert.equal(payload.org_id, 'org_01JQ8ZVXTN4M7K2DPC5W9RHEAB');
  assert.equal(payload.scope, 'invoices:read invoices:write');
});

test('a recorded login gives a session that is good now', async () => {
  const { user, accessToken } = await workos.userManagement.authenticateWithPassword({
    clientId,
    email: 'alice@acme.example',
    password: 'any password: it is not part of the fixture',
  });
  assert.equal(user.firstName, 'Alice');
  const { payload } = await jwtVerify(accessToken, keys);
  assert.equal(payload.sub, user.id);
  assert.ok(payload.exp > Date.now() / 1000);
});

test('a recorded list of memberships', async () => {
  const answer = await fetch(new URL('/user_management/organization_memberships?user_id=user_01JQ8ZVXV3S6F0YBGQ8J4TMNKC', site), {
    headers: { Authorization: `Bearer ${workos.key}` },
  });
  assert.equal(answer.status, 200);
  const { data } = await answer.json();
  assert.deepEqual(data.map((membership) => membership.organization_name), ['Acme Corp']);
});
