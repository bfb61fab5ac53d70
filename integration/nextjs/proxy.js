import { authkitMiddleware } from '@workos-inc/authkit-nextjs';

export default authkitMiddleware({ redirectUri: process.env.REDIRECT_URI });
export const config = { matcher: ['/login', '/dashboard', '/me', '/refresh'] };
