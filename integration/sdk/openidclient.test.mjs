// openid-client: discovery, client_credentials and introspection. The only setting is that localhost needs no TLS.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as client from 'openid-client';
import { machine, site } from './client.mjs';

const discover = (secret, authentication, algorithm) =>
  client.discovery(site, machine.clientId, secret, authentication, { algorithm, execute: [client.allowInsecureRequests] });

for (const algorithm of ['oidc', 'oauth2']) {
  test(`discovery, ${algorithm}`, async () => {
    const metadata = (await discover(machine.secret, undefined, algorithm)).serverMetadata();
    assert.equal(metadata.issuer, site.origin);
    assert.equal(metadata.token_endpoint, `${site.origin}/oauth2/token`);
    assert.equal(metadata.introspection_endpoint, `${site.origin}/oauth2/introspection`);
    assert.equal(metadata.jwks_uri, `${site.origin}/oauth2/jwks`);
  });
}

for (const [name, authentication] of Object.entries({
  default: undefined,
  client_secret_basic: client.ClientSecretBasic(machine.secret),
  client_secret_post: client.ClientSecretPost(machine.secret),
})) {
  test(`client_credentials and introspection, ${name}`, async () => {
    const config = await discover(machine.secret, authentication);
    const granted = await client.clientCredentialsGrant(config, { scope: 'posts:read' });
    assert.deepEqual([granted.token_type, granted.scope, granted.expires_in], ['bearer', 'posts:read', 3600]);
    const introspected = await client.tokenIntrospection(config, granted.access_token);
    assert.equal(introspected.active, true);
    assert.equal(introspected.sub, machine.clientId);
    assert.equal(introspected.iss, site.origin);
    assert.deepEqual(await client.tokenIntrospection(config, 'not-a-token'), { active: false });
  });
}

test('errors are those of RFC 6749', async () => {
  const config = await discover(machine.secret);
  await assert.rejects(client.clientCredentialsGrant(config, { scope: 'admin' }), { error: 'invalid_scope', status: 400 });
  const wrong = await discover('wrong', client.ClientSecretPost('wrong'));
  await assert.rejects(client.clientCredentialsGrant(wrong), { error: 'invalid_client', status: 401 });
  const basic = await discover('wrong', client.ClientSecretBasic('wrong'));
  await assert.rejects(client.clientCredentialsGrant(basic), (error) => {
    assert.equal(error.cause[0].scheme, 'basic'); // the challenge of RFC 6749 §5.2
    return true;
  });
});
