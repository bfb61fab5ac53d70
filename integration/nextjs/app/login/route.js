import { getSignInUrl } from '@workos-inc/authkit-nextjs';
import { redirect } from 'next/navigation';

export const dynamic = 'force-dynamic';

/** Begins a login: of the address that is named, for the tests that have no browser, or else on the page. */
export async function GET(request) {
  const loginHint = request.nextUrl.searchParams.get('email') ?? undefined;
  redirect(await getSignInUrl({ loginHint, redirectUri: process.env.REDIRECT_URI, returnTo: loginHint ? undefined : '/dashboard' }));
}
