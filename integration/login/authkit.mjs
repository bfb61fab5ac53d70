// authkit-session: what authkit-nextjs, authkit-tanstack and others do with cookies. Both persons are on their way at once.
import { CookieSessionStorage, configure, createAuthService, getWorkOS } from '@workos/authkit-session';
import { callback, clientId, key, open, people, site, tell } from './site.mjs';

configure({
  clientId,
  apiKey: key,
  redirectUri: callback,
  cookiePassword: 'a password of more than thirty-two characters',
  apiHostname: site.hostname,
  apiPort: Number(site.port),
  apiHttps: false,
});

/** Cookies of a request, which is a map here. */
class Storage extends CookieSessionStorage {
  async getCookie(request, name) {
    return request.get(name) ?? null;
  }
}

const service = createAuthService({ sessionStorageFactory: (config) => new Storage(config) });

/** Takes what an answer sets into the cookies of a browser. */
function keep(cookies, headers) {
  for (const line of [headers?.['Set-Cookie'] ?? []].flat()) {
    const [name, value] = line.split(';')[0].split('=', 2);
    cookies.set(name, decodeURIComponent(line.split(';')[0].slice(name.length + 1)));
  }
}

/** Logs persons in: all begin, then all come back, then all refresh. */
export async function authkit(persons) {
  const browsers = [];
  for (const { email } of persons) {
    const cookies = new Map();
    const { url, headers } = await service.createSignIn(undefined, { loginHint: email });
    keep(cookies, headers);
    browsers.push({ email, cookies, back: await open(url) });
  }
  for (const { email, cookies, back } of [...browsers].reverse()) {
    const { code, state } = Object.fromEntries(back.searchParams);
    const { headers } = await service.handleCallback(cookies, undefined, { code, state });
    keep(cookies, headers);
    const { auth } = await service.withAuth(cookies);
    tell('authkit-session: login', email, { user: auth.user?.id, said: auth.user?.email, sub: auth.claims?.sub, sid: auth.claims?.sid });
  }
  for (const turn of [1, 2]) {
    for (const { email, cookies } of browsers) {
      const session = await service.getSession(cookies);
      const { auth, encryptedSession } = await service.refreshSession(session);
      cookies.set('wos-session', encryptedSession);
      const { auth: again } = await service.withAuth(cookies);
      tell(`authkit-session: refresh ${turn}`, email, { user: auth.user?.id, said: auth.user?.email, sub: again.claims?.sub, sid: again.claims?.sid });
    }
  }
}

/** Logs a person in with a password, by WorkOS's SDK. */
export async function password({ email, password }, name) {
  let outcome;
  try {
    const { user, accessToken } = await getWorkOS().userManagement.authenticateWithPassword({ clientId, email, password });
    const { sub, sid } = JSON.parse(Buffer.from(accessToken.split('.')[1], 'base64url'));
    outcome = { user: user.id, said: user.email, sub, sid };
  } catch (error) {
    outcome = { refused: `${error.status} ${error.code}` };
  }
  tell(`password: ${name}`, email, outcome);
}

if (process.env.ONLY === undefined) {
  await authkit(people);
  for (const person of people) await password(person, 'right');
  for (const person of people) await password({ ...person, password: `not ${person.password}` }, 'wrong');
  for (const person of people) await password(person, 'right again');
} else {
  await authkit(people.filter(({ email }) => email === process.env.ONLY));
}
