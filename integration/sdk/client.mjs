// What all tests share: the sites under test, and WorkOS's SDK set up for them.
import { WorkOS } from '@workos-inc/node';

export const site = new URL(process.env.SITE); // with the stand-in for the real WorkOS behind it
export const alone = new URL(process.env.ALONE); // the emulator with nobody behind it
export const environmentKey = process.env.ENVIRONMENT_KEY; // of the seed: stands for the real key
export const realKey = process.env.REAL_KEY; // what the site has as accept_key
export const clientId = 'client_ENVIRONMENT'; // the site's audience

export const machine = { clientId: 'client_machine', secret: 'machine-secret', organizationId: 'org_LOCAL' };

/** An SDK that never retries, and what it asked: the method and path, the status, and who answered. */
export function sdk(key = environmentKey, at = site) {
  const asked = [];
  const workos = new WorkOS(key, {
    clientId,
    apiHostname: at.hostname,
    port: Number(at.port),
    https: false,
    maxRetries: 0,
    fetchFn: async (url, init) => {
      const response = await fetch(url, init);
      asked.push({
        request: `${init.method} ${new URL(url).pathname}`,
        status: response.status,
        source: response.headers.get('x-workos-source'),
      });
      return response;
    },
  });
  return { workos, asked };
}

/** An access token for the seeded machine, with all its scopes unless told otherwise. */
export async function accessToken(credentials = machine, scope) {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: credentials.clientId,
    client_secret: credentials.secret,
    ...(scope && { scope }),
  });
  const response = await fetch(new URL('/oauth2/token', site), { method: 'POST', body });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()).access_token;
}

/** The sources of all that was asked, each once. */
export const sources = (asked) => [...new Set(asked.map((a) => a.source))];
