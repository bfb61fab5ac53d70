// Users by WorkOS's SDK: created, changed and deleted, with what they sign in by, memberships and invitations.
import assert from 'node:assert/strict';
import test from 'node:test';
import { email, failure, otherThan, password, refused, refusedWith, totp, users, workos } from './people.mjs';

/** Creates a user of a test's own. */
const create = (name, options = {}) => users.createUser({ email: `${name}@tests.example`, password, emailVerified: true, ...options });

test('a user is created, read, changed and deleted', async () => {
  const user = await users.createUser({ email: 'made@tests.example', firstName: 'Ma', lastName: 'De', externalId: 'made', metadata: { tier: 'gold' } });
  assert.match(user.id, /^user_/);
  assert.deepEqual([user.object, user.emailVerified, user.lastSignInAt, user.profilePictureUrl], ['user', false, null, null]);
  assert.deepEqual(await users.getUser(user.id), user);
  assert.deepEqual(await users.getUserByExternalId('made'), user);
  assert.deepEqual((await users.listUsers({ email: 'MADE@tests.example' })).data, [user]);
  const updated = await users.updateUser({ userId: user.id, firstName: 'Mary', emailVerified: true, metadata: { tier: null, plan: 'free' }, externalId: null });
  assert.deepEqual([updated.firstName, updated.lastName, updated.emailVerified, updated.metadata, updated.externalId], ['Mary', 'De', true, { plan: 'free' }, null]);
  assert.equal((await users.updateUser({ userId: user.id, email: 'moved@tests.example' })).emailVerified, false);
  await users.deleteUser(user.id);
  const gone = await failure(users.getUser(user.id));
  assert.deepEqual([gone.name, gone.message], ['NotFoundException', `User not found: '${user.id}'.`]);
  await assert.rejects(users.deleteUser(user.id), { name: 'NotFoundException' });
});

test('an address is one user', async () => {
  await create('taken');
  const error = await failure(users.createUser({ email: 'Taken@Tests.example' }));
  assert.deepEqual([error.name, error.code, error.errors.map(({ code }) => code)], ['BadRequestException', 'user_creation_error', ['email_not_available']]);
  const empty = await failure(users.createUser({ email: '' }));
  assert.deepEqual([empty.name, empty.code], ['UnprocessableEntityException', 'invalid_request_parameters']);
});

test('a password is imported as a hash, and changed', async () => {
  const passwordHash = '$2b$04$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui'; // not of this password
  const user = await users.createUser({ email: 'imported@tests.example', passwordHash, passwordHashType: 'bcrypt', emailVerified: true });
  await refusedWith(users.authenticateWithPassword({ email: user.email, password }), 'invalid_credentials');
  await users.updateUser({ userId: user.id, password });
  assert.equal((await users.authenticateWithPassword({ email: user.email, password })).user.id, user.id);
  await refusedWith(users.createUser({ email: 'both@tests.example', password, passwordHash, passwordHashType: 'bcrypt' }), 'password_and_password_hash_provided');
});

test('identities: what the seed links', async () => {
  assert.deepEqual((await users.getUserIdentities('user_GOOGLE')).map(({ type, provider }) => [type, provider]), [['OAuth', 'GoogleOAuth']]);
  assert.deepEqual(await users.getUserIdentities('user_GRACE'), []);
});

test('an address is verified by the code that was e-mailed', async () => {
  const user = await create('verify', { emailVerified: false });
  await users.sendVerificationEmail({ userId: user.id });
  const { code, kind } = await email(user.email);
  assert.equal(kind, 'email_verification');
  await refusedWith(users.verifyEmail({ userId: user.id, code: otherThan(code) }), 'email_verification_code_incorrect');
  assert.equal((await users.verifyEmail({ userId: user.id, code })).user.emailVerified, true);
  await refusedWith(users.sendVerificationEmail({ userId: user.id }), 'email_already_verified');
});

test('a password is reset by the link that was e-mailed, once', async () => {
  const user = await create('forgot');
  const { id, passwordResetToken: token, passwordResetUrl } = await users.createPasswordReset({ email: user.email });
  assert.equal((await users.getPasswordReset(id)).userId, user.id);
  assert.equal((await email(user.email)).link, passwordResetUrl);
  assert.equal((await users.resetPassword({ token, newPassword: 'another one' })).user.id, user.id);
  assert.equal((await users.authenticateWithPassword({ email: user.email, password: 'another one' })).user.id, user.id);
  await refusedWith(users.authenticateWithPassword({ email: user.email, password }), 'invalid_credentials');
  const again = await failure(users.resetPassword({ token, newPassword: 'a third one' }));
  assert.ok([400, 404].includes(again.status), again.stack);
});

test('a factor is enrolled, and asked for at the next login', async () => {
  const user = await create('enrolled');
  const { authenticationFactor: factor, authenticationChallenge: challenge } = await workos.multiFactorAuth.createUserAuthFactor({ userId: user.id, type: 'totp', totpIssuer: 'Tests', totpUser: user.email });
  assert.match(factor.totp.uri, /^otpauth:\/\/totp\//);
  assert.match(factor.totp.qrCode, /^data:image\/png;base64,/);
  const { secret } = factor.totp;
  assert.equal((await workos.multiFactorAuth.verifyChallenge({ authenticationChallengeId: challenge.id, code: totp(secret) })).valid, true);
  const listed = (await workos.multiFactorAuth.listUserAuthFactors({ userId: user.id })).data;
  assert.deepEqual([listed.map(({ id }) => id), 'secret' in listed[0].totp], [[factor.id], false]);
  const asked = await failure(users.authenticateWithPassword({ email: user.email, password }));
  assert.equal(asked.code, 'mfa_challenge');
  const { id } = await workos.multiFactorAuth.challengeFactor({ authenticationFactorId: factor.id });
  const { pendingAuthenticationToken } = asked;
  const code = totp(secret, 1); // within the window of a clock that is ahead: the one of now has been used
  assert.equal((await users.authenticateWithTotp({ code, pendingAuthenticationToken, authenticationChallengeId: id })).user.id, user.id);
  await workos.multiFactorAuth.deleteFactor(factor.id);
  assert.equal((await users.authenticateWithPassword({ email: user.email, password })).user.id, user.id);
});

test('memberships are listed, made, changed, deactivated and deleted', async () => {
  const ofAda = (await users.listOrganizationMemberships({ userId: 'user_ADA' })).data;
  assert.deepEqual(ofAda.map(({ organizationId, organizationName, role, status }) => [organizationId, organizationName, role.slug, status]).toSorted(), [['org_ENGINES', 'Engines', 'admin', 'active'], ['org_POETS', 'Poets', 'member', 'active']]);
  const inactive = (await users.listOrganizationMemberships({ userId: 'user_ADA', statuses: ['inactive', 'pending'] })).data;
  assert.deepEqual(inactive.map(({ organizationId }) => organizationId), ['org_CLOSED']);
  const user = await create('member');
  const made = await users.createOrganizationMembership({ userId: user.id, organizationId: 'org_ENGINES', roleSlug: 'admin' });
  assert.match(made.id, /^om_/);
  assert.deepEqual([made.userId, made.organizationId, made.role, made.status], [user.id, 'org_ENGINES', { slug: 'admin' }, 'active']);
  assert.deepEqual(await users.getOrganizationMembership(made.id), made);
  await refusedWith(users.createOrganizationMembership({ userId: user.id, organizationId: 'org_ENGINES' }), 'organization_membership_already_exists');
  await refusedWith(users.createOrganizationMembership({ userId: user.id, organizationId: 'org_POETS', roleSlug: 'nothing' }), 'invalid_role', 422);
  assert.deepEqual((await users.updateOrganizationMembership(made.id, { roleSlug: 'member' })).role, { slug: 'member' });
  assert.equal((await users.deactivateOrganizationMembership(made.id)).status, 'inactive');
  assert.equal((await users.deactivateOrganizationMembership(made.id)).status, 'inactive');
  assert.equal((await users.authenticateWithPassword({ email: user.email, password })).organizationId, undefined);
  assert.equal((await users.reactivateOrganizationMembership(made.id)).status, 'active');
  assert.equal((await users.authenticateWithPassword({ email: user.email, password })).organizationId, 'org_ENGINES');
  await users.deleteOrganizationMembership(made.id);
  await assert.rejects(users.getOrganizationMembership(made.id), { name: 'NotFoundException', message: `Organization Membership not found: '${made.id}'.` });
});

test('an invitation is accepted by signing in, and only by whom it is for', async () => {
  const [invited, other] = [await create('invited'), await create('other')];
  const sent = await users.sendInvitation({ email: invited.email, organizationId: 'org_ENGINES', roleSlug: 'admin', inviterUserId: 'user_GRACE' });
  assert.deepEqual([sent.state, /^\w{25,}$/.test(sent.token), sent.acceptInvitationUrl.endsWith(`invitation_token=${sent.token}`)], ['pending', true, true]);
  assert.deepEqual(await users.findInvitationByToken(sent.token), sent);
  assert.equal((await email(invited.email)).kind, 'invitation');
  await refusedWith(users.sendInvitation({ email: invited.email, organizationId: 'org_ENGINES' }), 'email_already_invited_to_organization');
  await refused(users.authenticateWithPassword({ email: other.email, password, invitationToken: sent.token }), 'invitation_cannot_be_used_for_email');
  await refused(users.authenticateWithPassword({ email: invited.email, password, invitationToken: 'none' }), 'invitation_invalid');
  const { organizationId } = await users.authenticateWithPassword({ email: invited.email, password, invitationToken: sent.token });
  assert.equal(organizationId, 'org_ENGINES');
  const accepted = await users.getInvitation(sent.id);
  assert.deepEqual([accepted.state, accepted.acceptedUserId], ['accepted', invited.id]);
  assert.deepEqual((await users.listOrganizationMemberships({ userId: invited.id })).data.map(({ role }) => role.slug), ['admin']);
});

test('an invitation is sent again, and revoked', async () => {
  const { id } = await users.sendInvitation({ email: 'revoked@tests.example' });
  assert.equal((await users.resendInvitation(id)).state, 'pending');
  assert.equal((await users.revokeInvitation(id)).state, 'revoked');
  assert.deepEqual((await users.listInvitations({ email: 'revoked@tests.example' })).data.map((one) => one.id), [id]);
  const error = await failure(users.acceptInvitation(id));
  assert.equal(error.status, 400, error.stack);
});
