// Every method of the SDK's areas that this product is about, by what becomes of its request.

/** Answered here, or by both sides: each is called in the test of its area. */
export const emulated = {
  apiKeys: ['createValidation', 'deleteApiKey', 'listOrganizationApiKeys', 'createOrganizationApiKey'],
  connect: [
    'listApplications', 'createApplication', 'createOAuthApplication', 'createM2MApplication', 'getApplication',
    'updateApplication', 'deleteApplication',
    'listApplicationClientSecrets', 'createApplicationClientSecret', 'deleteClientSecret',
  ],
  organizations: [
    'listOrganizations', 'createOrganization', 'deleteOrganization', 'getOrganization', 'getOrganizationByExternalId',
    'updateOrganization',
  ],
  userManagement: ['getJWKS', 'getJwksUrl', 'getUser', 'getUserByExternalId', 'listUsers', 'listUserApiKeys', 'createUserApiKey'],
};

/** Computed by the SDK alone. */
export const computed = {
  userManagement: [
    'resolveClientId', 'isValidJwt', 'getAuthorizationUrl', 'getAuthorizationUrlWithPKCE', 'getLogoutUrl',
    'loadSealedSession', 'authenticateWithSessionCookie', 'prepareAuthenticationResponse',
    'sealSessionDataFromAuthenticationResponse', 'getSessionFromCookie',
  ],
};

/** Sent with the API key in the body, which only a caller with the real key may do. */
export const keyInBody = {
  userManagement: [
    'authenticateWithMagicAuth', 'authenticateWithPassword', 'authenticateWithCode',
    'authenticateWithRefreshToken', 'authenticateWithTotp', 'authenticateWithEmailVerification',
    'authenticateWithOrganizationSelection', 'authenticateWithRadarSmsChallenge', 'authenticateWithRadarEmailChallenge',
  ],
};

/** Sent to the real WorkOS: the request of each, made with `anything` or, where :id stands in it, with an id. */
export const proxied = {
  'connect.completeOAuth2': 'POST /authkit/oauth2/complete',
  'organizations.listItContacts': 'GET /organizations/org_X/it_contacts',
  'organizations.createItContact': 'POST /organizations/org_X/it_contacts',
  'organizations.deleteItContact': 'DELETE /organizations/org_X/it_contacts/contact_X',
  'organizations.inviteItContact': 'POST /organizations/org_X/it_contacts/contact_X/invite',
  'organizations.revokeItContact': 'POST /organizations/org_X/it_contacts/contact_X/revoke',
  'userManagement.authenticateWithCodeAndVerifier': 'POST /user_management/authenticate',
  'userManagement.createUser': 'POST /user_management/users',
  'userManagement.updateUser': 'PUT /user_management/users/user_X',
  'userManagement.deleteUser': 'DELETE /user_management/users/:id',
  'userManagement.getUserIdentities': 'GET /user_management/users/:id/identities',
  'userManagement.listSessions': 'GET /user_management/users/:id/sessions',
  'userManagement.revokeSession': 'POST /user_management/sessions/revoke',
  'userManagement.sendRadarSmsChallenge': 'POST /user_management/radar_challenges',
  'userManagement.getEmailVerification': 'GET /user_management/email_verification/:id',
  'userManagement.sendVerificationEmail': 'POST /user_management/users/user_X/email_verification/send',
  'userManagement.verifyEmail': 'POST /user_management/users/user_X/email_verification/confirm',
  'userManagement.getMagicAuth': 'GET /user_management/magic_auth/:id',
  'userManagement.createMagicAuth': 'POST /user_management/magic_auth',
  'userManagement.getPasswordReset': 'GET /user_management/password_reset/:id',
  'userManagement.createPasswordReset': 'POST /user_management/password_reset',
  'userManagement.resetPassword': 'POST /user_management/password_reset/confirm',
  'userManagement.getOrganizationMembership': 'GET /user_management/organization_memberships/:id',
  'userManagement.listOrganizationMemberships': 'GET /user_management/organization_memberships',
  'userManagement.createOrganizationMembership': 'POST /user_management/organization_memberships',
  'userManagement.updateOrganizationMembership': 'PUT /user_management/organization_memberships/:id',
  'userManagement.deleteOrganizationMembership': 'DELETE /user_management/organization_memberships/:id',
  'userManagement.deactivateOrganizationMembership': 'PUT /user_management/organization_memberships/:id/deactivate',
  'userManagement.reactivateOrganizationMembership': 'PUT /user_management/organization_memberships/:id/reactivate',
  'userManagement.listGroupsForOrganizationMembership': 'GET /user_management/organization_memberships/om_X/groups',
  'userManagement.getInvitation': 'GET /user_management/invitations/:id',
  'userManagement.findInvitationByToken': 'GET /user_management/invitations/by_token/:id',
  'userManagement.listInvitations': 'GET /user_management/invitations',
  'userManagement.sendInvitation': 'POST /user_management/invitations',
  'userManagement.acceptInvitation': 'POST /user_management/invitations/:id/accept',
  'userManagement.revokeInvitation': 'POST /user_management/invitations/:id/revoke',
  'userManagement.resendInvitation': 'POST /user_management/invitations/:id/resend',
  'userManagement.listWaitlists': 'GET /user_management/waitlists',
  'userManagement.getWaitlist': 'GET /user_management/waitlists/:id',
  'userManagement.listWaitlistEntries': 'GET /user_management/waitlists/:id/entries',
  'userManagement.createWaitlistEntry': 'POST /user_management/waitlists/:id/entries',
  'userManagement.approveWaitlistEntry': 'POST /user_management/waitlist_entries/:id/approve',
  'userManagement.denyWaitlistEntry': 'POST /user_management/waitlist_entries/:id/deny',
  'userManagement.deleteWaitlistEntry': 'DELETE /user_management/waitlist_entries/:id',
};

/** An argument that has what any of the methods asks for. */
export const anything = {
  userId: 'user_X', organizationId: 'org_X', contactId: 'contact_X', organizationMembershipId: 'om_X', sessionId: 'session_X',
  email: 'x@example.com', name: 'X', code: '123456', codeVerifier: 'verifier', refreshToken: 'refresh', password: 'password',
  token: 'token', newPassword: 'password', phoneNumber: '+15550100', roleSlug: 'member', externalAuthId: 'external_X',
  pendingAuthenticationToken: 'pending', authenticationChallengeId: 'challenge_X', radarChallengeId: 'challenge_X',
  user: { id: 'user_X', email: 'x@example.com' },
};

/** The names in a list above, as area.method. */
export const names = (areas) => Object.entries(areas).flatMap(([area, methods]) => methods.map((m) => `${area}.${m}`));
