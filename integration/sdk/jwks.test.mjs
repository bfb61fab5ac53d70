// The signing keys, as the SDK finds them.
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import test from 'node:test';
import { jwtVerify } from 'jose';
import { accessToken, clientId, sdk, site } from './client.mjs';

test("the SDK's URL of the JWKS is this site's", async () => {
  const { workos } = sdk();
  const url = workos.userManagement.getJwksUrl(clientId);
  assert.equal(url, `${site.origin}/sso/jwks/${clientId}`);
  const { keys } = await (await fetch(url)).json();
  const ours = keys.filter((k) => k.kid.startsWith('sso_oidc_key_pair_'));
  assert.equal(ours.length, 1);
  const [key] = ours;
  assert.deepEqual(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use', 'x5c', 'x5t#S256']);
  const certificate = new X509Certificate(Buffer.from(key.x5c[0], 'base64'));
  assert.equal(certificate.publicKey.export({ format: 'jwk' }).n, key.n);
  assert.equal(createHash('sha256').update(certificate.raw).digest('base64url'), key['x5t#S256']);
});

test("both of the SDK's key sets verify a token", async () => {
  const { workos } = sdk();
  const token = await accessToken();
  for (const jwks of [await workos.userManagement.getJWKS(), await workos.agents.getJWKS()]) {
    const { payload } = await jwtVerify(token, jwks, { audience: clientId });
    assert.equal(payload.aud, clientId);
  }
});

test("the real WorkOS's keys are in the same set", async () => {
  const { keys } = await (await fetch(new URL('/oauth2/jwks', site))).json();
  assert.ok(keys.some((k) => k.kid === 'theirs'));
});
