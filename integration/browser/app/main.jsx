import { AuthKitProvider, useAuth } from '@workos-inc/authkit-react';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';

/** What the user sees: who they are, the organizations they may switch to, and what their permissions allow. */
function App({ organizations }) {
  const { isLoading, user, organizationId, role, permissions, signIn, signOut, getAccessToken, switchToOrganization } = useAuth();
  const [seen, setSeen] = useState({});
  const ask = async (options) => {
    const response = await fetch('/me', { headers: { Authorization: `Bearer ${await getAccessToken(options)}` } });
    setSeen(await response.json());
  };
  if (isLoading) return <p>Loading</p>;
  if (!user) return <button onClick={() => signIn({ state: { from: 'the start' } })}>Sign in</button>;
  return (
    <main>
      <h1>Dashboard</h1>
      <output aria-label="User">{user.email}</output>
      <output aria-label="Organization">{organizationId}</output>
      <output aria-label="Role">{role}</output>
      <output aria-label="Seen by the API">{seen.sub}</output>
      <output aria-label="Token">{seen.jti}</output>
      <output aria-label="Session">{seen.sid}</output>
      {permissions.includes('posts:delete') && <button>Delete all posts</button>}
      <button onClick={() => ask()}>Ask the API</button>
      <button onClick={() => ask({ forceRefresh: true })}>Refresh</button>
      {organizations.map((id) => <button key={id} onClick={() => switchToOrganization({ organizationId: id })}>Switch to {id}</button>)}
      <button onClick={() => signOut({ returnTo: `${location.origin}/` })}>Sign out</button>
    </main>
  );
}

const { clientId, apiHostname, port, organizations } = await (await fetch('/site.json')).json();
createRoot(document.getElementById('app')).render(
  <AuthKitProvider clientId={clientId} apiHostname={apiHostname} port={port} https={false} redirectUri={`${location.origin}/`} onRedirectCallback={({ state }) => { document.title = `Signed in from ${state?.from}`; }}>
    <App organizations={organizations} />
  </AuthKitProvider>,
);
