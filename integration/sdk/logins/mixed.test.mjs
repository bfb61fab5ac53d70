// Seeded users and those of a real WorkOS behind the emulator, by one SDK with one local key.
import assert from 'node:assert/strict';
import test from 'node:test';
import { codeOf, cookiePassword, open, password, redirectUri, refused, refusedWith, users } from './people.mjs';

const alice = JSON.parse(process.env.ALICE); // of the real WorkOS
const grace = { email: 'grace@local.example', password };
const session = { sealSession: true, cookiePassword };

/** Checks that a sealed session is authenticated by the site's keys, and returns it. */
async function authenticated({ sealedSession }, email) {
  const loaded = users.loadSealedSession({ sessionData: sealedSession, cookiePassword });
  const { authenticated, user, reason } = await loaded.authenticate();
  assert.deepEqual([authenticated, user?.email, reason], [true, email, undefined]);
  return loaded;
}

test('a password is checked where its user is, and both sessions are verified by one set of keys', async () => {
  for (const person of [alice, grace, alice]) {
    const loaded = await authenticated(await users.authenticateWithPassword({ ...person, session }), person.email);
    for (const turn of [1, 2]) {
      const { sealedSession, authenticated: is } = await loaded.refresh();
      assert.ok(is, `turn ${turn}`);
      await authenticated({ sealedSession }, person.email);
    }
  }
  for (const person of [alice, grace]) {
    await refusedWith(users.authenticateWithPassword({ email: person.email, password: `not ${person.password}` }), 'invalid_credentials');
  }
});

test('login_hint says where somebody signs in', async () => {
  const url = (loginHint) => users.getAuthorizationUrl({ provider: 'authkit', redirectUri, loginHint, state: 's' });
  await authenticated(await users.authenticateWithCode({ code: await codeOf(url(grace.email)), session }), grace.email);
  const there = await open(url(alice.email));
  assert.deepEqual([there.origin, there.search], [process.env.REAL, new URL(url(alice.email)).search]);
});

test('what this site has issued goes nowhere else, also when it has been used', async () => {
  const code = await codeOf(users.getAuthorizationUrl({ provider: 'authkit', redirectUri, loginHint: grace.email }));
  const { refreshToken } = await users.authenticateWithCode({ code });
  await refused(users.authenticateWithCode({ code }), 'invalid_grant');
  const revoked = await users.authenticateWithPassword({ ...grace, session });
  const { sessionId } = await (await authenticated(revoked, grace.email)).authenticate();
  await users.revokeSession({ sessionId });
  await refused(users.authenticateWithRefreshToken({ refreshToken: revoked.refreshToken }), 'invalid_grant');
  const unknown = (refreshToken.startsWith('0') ? '1' : '0') + refreshToken.slice(1); // with the mark of this program
  await refused(users.authenticateWithRefreshToken({ refreshToken: unknown }), 'invalid_grant', /^Invalid refresh token\.$/);
  const out = await fetch(users.getLogoutUrl({ sessionId, returnTo: 'http://localhost:3000/bye' }), { redirect: 'manual' });
  assert.equal(out.headers.get('location'), 'http://localhost:3000/bye');
});
