// What the logins share: the site under test, the persons, and a browser that follows no redirect but the last one.
export const site = new URL(process.env.SITE);
export const key = process.env.KEY;
export const people = JSON.parse(process.env.PEOPLE);
export const clientId = 'client_01THEIRS';
export const connectClientId = 'client_01CONNECT';
export const callback = 'http://localhost/callback';

/** Opens a URL as a browser does, and returns where it is sent. */
export async function open(url) {
  const response = await fetch(url, { redirect: 'manual' });
  if (response.status !== 302) throw new Error(`${url.split('?')[0]} is answered with ${response.status}: ${await response.text()}`);
  return new URL(response.headers.get('location'));
}

/** Prints what a login came to. */
export const tell = (library, email, outcome) => console.log(JSON.stringify({ library, email, ...outcome }));
