import { getWorkOS, signOut, switchToOrganization, withAuth } from '@workos-inc/authkit-nextjs';
import { redirect } from 'next/navigation';

export const dynamic = 'force-dynamic';

/** What the signed-in user sees: who they are, the organizations they may switch to, and what their permissions allow. */
export default async function Dashboard() {
  const { user, organizationId, role, permissions = [], sessionId } = await withAuth();
  if (!user) redirect('/login');
  const { data: memberships } = await getWorkOS().userManagement.listOrganizationMemberships({ userId: user.id });
  return (
    <main>
      <h1>Dashboard</h1>
      <output aria-label="User">{user.email}</output>
      <output aria-label="Organization">{organizationId}</output>
      <output aria-label="Role">{role}</output>
      <output aria-label="Session">{sessionId}</output>
      {permissions.includes('posts:delete') && <button>Delete all posts</button>}
      {memberships.map(({ organizationId: id, organizationName: name }) => (
        <form key={id} action={async () => {
          'use server';
          await switchToOrganization(id, { returnTo: '/dashboard' });
        }}>
          <button disabled={id === organizationId}>Switch to {name}</button>
        </form>
      ))}
      <form action={async () => {
        'use server';
        await signOut({ returnTo: new URL('/', process.env.REDIRECT_URI).href });
      }}>
        <button>Sign out</button>
      </form>
    </main>
  );
}
