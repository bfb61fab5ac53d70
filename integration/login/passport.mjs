// passport-oauth2 on WorkOS's SSO: state and PKCE are checked by it.
import passport from 'passport';
import { Strategy } from 'passport-oauth2';
import { callback, clientId, key, open, people, site, tell } from './site.mjs';

class WorkOSStrategy extends Strategy {
  authorizationParams({ email }) {
    return { login_hint: email, provider: 'authkit' };
  }

  userProfile(accessToken, done) {
    this._oauth2.useAuthorizationHeaderforGET(true);
    this._oauth2.get(`${site.origin}/sso/profile`, accessToken, (error, body) => (error ? done(error) : done(null, JSON.parse(body))));
  }
}

passport.use('workos', new WorkOSStrategy(
  {
    authorizationURL: `${site.origin}/sso/authorize`, tokenURL: `${site.origin}/sso/token`,
    clientID: clientId, clientSecret: key, callbackURL: callback, state: true, pkce: true,
  },
  (accessToken, refreshToken, results, profile, done) => done(null, { profile, result: results.profile }),
));

/** Runs the strategy on a request, and returns where it sends the browser, or whom it has logged in. */
const authenticate = (request, options) => new Promise((resolve, reject) => {
  const response = { setHeader: (name, value) => name === 'Location' && resolve(value), end: () => {} };
  const done = (error, user, info) => (error || !user ? reject(error ?? new Error(JSON.stringify(info))) : resolve(user));
  passport.authenticate('workos', options, done)(request, response, reject);
});

for (const { email } of people.filter((person) => [undefined, person.email].includes(process.env.ONLY))) {
  const session = {};
  const back = await open(await authenticate({ query: {}, session, headers: {} }, { email }));
  const { profile, result } = await authenticate({ query: Object.fromEntries(back.searchParams), session, headers: {} }, {});
  tell('passport: login', email, { user: profile.id, said: profile.email, sub: result.id });
}
