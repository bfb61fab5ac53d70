// jose, with no special settings.
import assert from 'node:assert/strict';
import test from 'node:test';
import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { accessToken, clientId, machine, site } from './client.mjs';

for (const path of ['/oauth2/jwks', `/sso/jwks/${clientId}`]) {
  const jwks = createRemoteJWKSet(new URL(path, site));

  test(`a token verifies with ${path}`, async () => {
    const token = await accessToken();
    const { payload } = await jwtVerify(token, jwks, { issuer: site.origin, audience: clientId, algorithms: ['RS256'] });
    assert.equal(payload.sub, machine.clientId);
    assert.deepEqual(Object.keys(decodeProtectedHeader(token)).sort(), ['alg', 'kid']);
  });

  test(`a token for another audience does not, with ${path}`, async () => {
    await assert.rejects(jwtVerify(await accessToken(), jwks, { audience: 'client_OTHER' }), errors.JWTClaimValidationFailed);
  });
}
