import { getSignInUrl } from '@workos-inc/authkit-nextjs';
import { redirect } from 'next/navigation';

export const dynamic = 'force-dynamic';

export async function GET(request) {
  redirect(await getSignInUrl({ loginHint: request.nextUrl.searchParams.get('email'), redirectUri: process.env.REDIRECT_URI }));
}
