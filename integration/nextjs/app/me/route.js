import { withAuth } from '@workos-inc/authkit-nextjs';

export const dynamic = 'force-dynamic';

export async function GET() {
  const { user, sessionId } = await withAuth();
  return Response.json({ user: user?.id, said: user?.email, sub: user?.id, sid: sessionId });
}
