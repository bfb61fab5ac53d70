// openid-client: OpenID Connect with PKCE, a nonce and max_age. The id_token's signature, at_hash, nonce and auth_time are
// checked by it.
import * as client from 'openid-client';
import { callback, connectClientId, open, people, site, tell } from './site.mjs';

const issuer = process.env.ISSUER;
const config = new client.Configuration(
  {
    issuer,
    authorization_endpoint: `${site.origin}/oauth2/authorize`,
    token_endpoint: `${site.origin}/oauth2/token`,
    userinfo_endpoint: `${site.origin}/oauth2/userinfo`,
    jwks_uri: `${site.origin}/oauth2/jwks`,
  },
  connectClientId,
  process.env.CONNECT_SECRET,
  client.ClientSecretBasic(process.env.CONNECT_SECRET),
);
client.allowInsecureRequests(config);
client.enableNonRepudiationChecks(config); // asks for the keys

for (const { email } of people.filter((person) => [undefined, person.email].includes(process.env.ONLY))) {
  const [verifier, state, nonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback, scope: 'openid email offline_access', login_hint: email, state, nonce, max_age: '3600',
    code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  });
  const back = await open(url.href);
  const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, maxAge: 3600, idTokenExpected: true });
  const claims = tokens.claims();
  const who = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  tell('openid-client: login', email, { sub: claims.sub, said: who.email, user: who.sub });
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
  const still = await client.fetchUserInfo(config, refreshed.access_token, claims.sub);
  tell('openid-client: refresh', email, { sub: refreshed.claims().sub, said: still.email, user: still.sub });
}
