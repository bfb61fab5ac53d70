package integration

const (
	authenticatePath = "/user_management/authenticate"
	memberships      = "/user_management/organization_memberships"
	invitations      = "/user_management/invitations"

	credentials   = `"client_id":"client_m2m","client_secret":"` + contractKey + `"`
	asAlice       = `{"grant_type":"password",` + credentials + `,"email":"alice@acme.example","password":"contract-alice"}`
	asBob         = `{"grant_type":"password",` + credentials + `,"email":"bob@acme.example","password":"contract-bob"}`
	asCarol       = `{"grant_type":"password",` + credentials + `,"email":"carol@acme.example","password":"contract-carol"}`
	asDave        = `{"grant_type":"password",` + credentials + `,"email":"dave@acme.example","password":"contract-dave"}`
	grants        = "urn:workos:oauth:grant-type:"
	signInAlice   = "POST " + authenticatePath + " " + asAlice
	ofAlice       = memberships + "?user_id=user_ALICE"
	aliceInAcme   = memberships + "/{data.0.id}"
	carolsPending = memberships + "?user_id=user_CAROL&statuses=pending"
	authorizeURL  = "/user_management/authorize?client_id=client_m2m&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcb&response_type=code&state=s"
	ssoURL        = "/sso/authorize?client_id=client_m2m&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcb&response_type=code&connection=conn_ACME&login_hint=alice@acme.example"
	emails        = "GET /_emulate/emails"
)

// loginContract is about users, and what they sign in with.
var loginContract = []exchange{
	{route: "POST /user_management/authenticate", path: authenticatePath, body: asAlice, status: 200},
	{route: "POST /user_management/authenticate", path: authenticatePath, before: []string{signInAlice}, body: `{"grant_type":"refresh_token",` + credentials + `,"refresh_token":"{0.refresh_token}"}`, status: 200},
	{route: "POST /user_management/authenticate", path: authenticatePath, before: []string{"GET " + authorizeURL + "&provider=authkit&login_hint=alice@acme.example"}, body: `{"grant_type":"authorization_code",` + credentials + `,"code":"{0.code.0}"}`, status: 200},
	{route: "POST /user_management/authenticate", path: authenticatePath, before: []string{"GET " + ssoURL}, body: `{"grant_type":"authorization_code",` + credentials + `,"code":"{0.code.0}"}`, status: 200},
	{route: "POST /user_management/authenticate", path: authenticatePath, before: []string{`POST /user_management/magic_auth {"email":"dave@acme.example"}`}, body: `{"grant_type":"` + grants + `magic-auth:code",` + credentials + `,"email":"dave@acme.example","code":"{0.code}"}`, status: 403},
	{route: "POST /user_management/authenticate", path: authenticatePath, before: []string{`POST /user_management/magic_auth {"email":"bob@acme.example"}`}, body: `{"grant_type":"` + grants + `magic-auth:code",` + credentials + `,"email":"bob@acme.example","code":"{0.code}"}`, status: 200},
	{route: "POST /user_management/authenticate", path: authenticatePath, body: asBob, status: 403},
	{route: "POST /user_management/authenticate", path: authenticatePath, before: []string{"POST " + authenticatePath + " " + asBob, emails}, body: `{"grant_type":"` + grants + `email-verification:code",` + credentials + `,"pending_authentication_token":"{0.pending_authentication_token}","code":"{1.0.code}"}`, status: 200},
	{route: "POST /user_management/authenticate", path: authenticatePath, body: asCarol, status: 403},
	{route: "POST /user_management/authenticate", path: authenticatePath, before: []string{"POST " + authenticatePath + " " + asCarol, "POST /auth/factors/{0.authentication_factors.0.id}/challenge {}"}, body: `{"grant_type":"` + grants + `mfa-totp",` + credentials + `,"pending_authentication_token":"{0.pending_authentication_token}","authentication_challenge_id":"{1.id}","code":"{totp JBSWY3DPEHPK3PXP}"}`, status: 200},
	{route: "POST /user_management/authenticate", path: authenticatePath, body: asDave, status: 403},
	{route: "POST /user_management/authenticate", path: authenticatePath, before: []string{"POST " + authenticatePath + " " + asDave}, body: `{"grant_type":"` + grants + `organization-selection",` + credentials + `,"pending_authentication_token":"{0.pending_authentication_token}","organization_id":"org_OTHER"}`, status: 200},
	{route: "POST /user_management/authenticate", path: authenticatePath, body: `{"grant_type":"password",` + credentials + `,"email":"alice@acme.example","password":"wrong"}`, status: 400},
	{route: "POST /user_management/authenticate", path: authenticatePath, body: `{"grant_type":"password","client_id":"client_m2m","client_secret":"sk_wrong","email":"alice@acme.example","password":"contract-alice"}`, status: 400},
	{route: "POST /user_management/authenticate", path: authenticatePath, body: `{"grant_type":"refresh_token",` + credentials + `,"refresh_token":"unknown"}`, status: 400},

	{route: "POST /user_management/authorize/device", path: "/user_management/authorize/device", body: `{"client_id":"client_m2m"}`, status: 200},
	{route: "POST /user_management/authorize/device", path: "/user_management/authorize/device", body: `{"client_id":""}`, status: 400},
	{route: "GET /user_management/authorize", path: authorizeURL + "&provider=authkit&login_hint=alice@acme.example", status: 302},
	{route: "GET /sso/authorize", path: ssoURL, status: 302},
	{route: "POST /sso/token", path: "/sso/token", before: []string{"GET " + ssoURL}, body: `{"grant_type":"authorization_code",` + credentials + `,"code":"{0.code.0}"}`, status: 200},
	{route: "POST /sso/token", path: "/sso/token", body: `{"grant_type":"authorization_code",` + credentials + `,"code":"unknown"}`, status: 400},
	{route: "GET /sso/profile", path: "/sso/profile", before: []string{"GET " + ssoURL, `POST /sso/token {"grant_type":"authorization_code",` + credentials + `,"code":"{0.code.0}"}`}, key: "{1.access_token}", status: 200},
	{route: "GET /sso/profile", path: "/sso/profile", key: "unknown", status: 401},

	{route: "GET /user_management/users/{id}/sessions", path: "/user_management/users/user_ALICE/sessions", before: []string{signInAlice}, status: 200},
	{route: "GET /user_management/users/{id}/sessions", path: "/user_management/users/user_NONE/sessions", status: 404},
	{route: "GET /user_management/users/{id}/sessions", path: "/user_management/users/user_ALICE/sessions?limit=0", status: 422},
	{route: "POST /user_management/sessions/revoke", path: "/user_management/sessions/revoke", before: []string{signInAlice, "GET /user_management/users/user_ALICE/sessions"}, body: `{"session_id":"{1.data.0.id}"}`, status: 200},
	{route: "GET /user_management/sessions/logout", path: "/user_management/sessions/logout?session_id={1.data.0.id}&return_to=http://localhost:3000/", before: []string{signInAlice, "GET /user_management/users/user_ALICE/sessions"}, status: 302},
	{route: "GET /user_management/sessions/logout", path: "/user_management/sessions/logout", status: 422},

	{route: "POST /user_management/users", path: "/user_management/users", body: `{"email":"new@acme.example","password":"p","first_name":"N","metadata":{"a":"b"},"external_id":"new"}`, status: 201},
	{route: "POST /user_management/users", path: "/user_management/users", body: `{"email":"alice@acme.example"}`, status: 400},
	{route: "POST /user_management/users", path: "/user_management/users", body: `{"email":""}`, status: 422},
	{route: "PUT /user_management/users/{id}", path: "/user_management/users/user_BOB", body: `{"first_name":"B","locale":"en-US"}`, status: 200},
	{route: "PUT /user_management/users/{id}", path: "/user_management/users/user_BOB", body: `{"external_id":"alice"}`, status: 400},
	{route: "PUT /user_management/users/{id}", path: "/user_management/users/user_BOB", body: `{"first_name":5}`, status: 422},
	{route: "DELETE /user_management/users/{id}", path: "/user_management/users/user_BOB", status: 200},
	{route: "DELETE /user_management/users/{id}", path: "/user_management/users/user_NONE", status: 404},
	{route: "GET /user_management/users/{id}/identities", path: "/user_management/users/user_BOB/identities", status: 200},
	{route: "GET /user_management/users/{id}/identities", path: "/user_management/users/user_NONE/identities", status: 404},

	{route: "POST /user_management/magic_auth", path: "/user_management/magic_auth", body: `{"email":"alice@acme.example"}`, status: 201},
	{route: "POST /user_management/magic_auth", path: "/user_management/magic_auth", body: `{"email":5}`, status: 422},
	{route: "GET /user_management/magic_auth/{id}", path: "/user_management/magic_auth/{0.id}", before: []string{`POST /user_management/magic_auth {"email":"alice@acme.example"}`}, status: 200},
	{route: "GET /user_management/magic_auth/{id}", path: "/user_management/magic_auth/magic_auth_NONE", status: 404},
	{route: "POST /user_management/users/{id}/email_verification/send", path: "/user_management/users/user_BOB/email_verification/send", status: 200},
	{route: "POST /user_management/users/{id}/email_verification/send", path: "/user_management/users/user_ALICE/email_verification/send", status: 400},
	{route: "POST /user_management/users/{id}/email_verification/send", path: "/user_management/users/user_NONE/email_verification/send", status: 404},
	{route: "GET /user_management/email_verification/{id}", path: "/user_management/email_verification/{0.email_verification_id}", before: []string{"POST " + authenticatePath + " " + asBob}, status: 200},
	{route: "GET /user_management/email_verification/{id}", path: "/user_management/email_verification/email_verification_NONE", status: 404},
	{route: "POST /user_management/users/{id}/email_verification/confirm", path: "/user_management/users/user_BOB/email_verification/confirm", before: []string{"POST /user_management/users/user_BOB/email_verification/send", emails}, body: `{"code":"{1.0.code}"}`, status: 200},
	{route: "POST /user_management/users/{id}/email_verification/confirm", path: "/user_management/users/user_BOB/email_verification/confirm", before: []string{"POST /user_management/users/user_BOB/email_verification/send"}, body: `{"code":"none"}`, status: 400},
	{route: "POST /user_management/users/{id}/email_verification/confirm", path: "/user_management/users/user_NONE/email_verification/confirm", body: `{"code":"123456"}`, status: 404},
	{route: "POST /user_management/users/{id}/email_verification/confirm", path: "/user_management/users/user_BOB/email_verification/confirm", body: `{"code":5}`, status: 422},
	{route: "POST /user_management/password_reset", path: "/user_management/password_reset", body: `{"email":"alice@acme.example"}`, status: 201},
	{route: "POST /user_management/password_reset", path: "/user_management/password_reset", body: `{"email":"nobody@acme.example"}`, status: 404},
	{route: "POST /user_management/password_reset", path: "/user_management/password_reset", body: `{}`, status: 422},
	{route: "GET /user_management/password_reset/{id}", path: "/user_management/password_reset/{0.id}", before: []string{`POST /user_management/password_reset {"email":"alice@acme.example"}`}, status: 200},
	{route: "GET /user_management/password_reset/{id}", path: "/user_management/password_reset/password_reset_NONE", status: 404},
	{route: "POST /user_management/password_reset/confirm", path: "/user_management/password_reset/confirm", before: []string{`POST /user_management/password_reset {"email":"alice@acme.example"}`}, body: `{"token":"{0.password_reset_token}","new_password":"another"}`, status: 200},
	{route: "POST /user_management/password_reset/confirm", path: "/user_management/password_reset/confirm", before: []string{`POST /user_management/password_reset {"email":"alice@acme.example"}`}, body: `{"token":"{0.password_reset_token}","new_password":""}`, status: 400},
	{route: "POST /user_management/password_reset/confirm", path: "/user_management/password_reset/confirm", body: `{"token":"unknown","new_password":"another"}`, status: 404},
	{route: "POST /user_management/password_reset/confirm", path: "/user_management/password_reset/confirm", body: `{"token":5}`, status: 422},

	{route: "POST /user_management/users/{id}/auth_factors", path: "/user_management/users/user_ALICE/auth_factors", body: `{"type":"totp","totp_issuer":"i","totp_user":"u"}`, status: 201},
	{route: "POST /user_management/users/{id}/auth_factors", path: "/user_management/users/user_ALICE/auth_factors", body: `{"type":"sms"}`, status: 422},
	{route: "GET /user_management/users/{id}/auth_factors", path: "/user_management/users/user_CAROL/auth_factors", status: 200},
	{route: "GET /user_management/users/{id}/auth_factors", path: "/user_management/users/user_CAROL/auth_factors?limit=0", status: 422},
	{route: "GET /auth/factors/{id}", path: "/auth/factors/{data.0.id}", first: "/user_management/users/user_CAROL/auth_factors", status: 200},
	{route: "GET /auth/factors/{id}", path: "/auth/factors/auth_factor_NONE", status: 404},
	{route: "DELETE /auth/factors/{id}", path: "/auth/factors/{data.0.id}", first: "/user_management/users/user_CAROL/auth_factors", status: 204},
	{route: "DELETE /auth/factors/{id}", path: "/auth/factors/auth_factor_NONE", status: 404},
	{route: "POST /auth/factors/{id}/challenge", path: "/auth/factors/{data.0.id}/challenge", first: "/user_management/users/user_CAROL/auth_factors", status: 201},
	{route: "POST /auth/factors/{id}/challenge", path: "/auth/factors/auth_factor_NONE/challenge", status: 404},
	{route: "POST /auth/challenges/{id}/verify", path: "/auth/challenges/{1.id}/verify", before: []string{"GET /user_management/users/user_CAROL/auth_factors", "POST /auth/factors/{0.data.0.id}/challenge {}"}, body: `{"code":"{totp JBSWY3DPEHPK3PXP}"}`, status: 201},
	{route: "POST /auth/challenges/{id}/verify", path: "/auth/challenges/{1.id}/verify", before: []string{"GET /user_management/users/user_CAROL/auth_factors", "POST /auth/factors/{0.data.0.id}/challenge {}", `POST /auth/challenges/{1.id}/verify {"code":"{totp JBSWY3DPEHPK3PXP}"}`}, body: `{"code":"{totp JBSWY3DPEHPK3PXP}"}`, status: 422},
	{route: "POST /auth/challenges/{id}/verify", path: "/auth/challenges/auth_challenge_NONE/verify", body: `{"code":"123456"}`, status: 404},

	{route: "GET /user_management/organization_memberships", path: ofAlice, status: 200},
	{route: "GET /user_management/organization_memberships", path: memberships, status: 400},
	{route: "GET /user_management/organization_memberships", path: ofAlice + "&limit=0", status: 422},
	{route: "POST /user_management/organization_memberships", path: memberships, body: `{"user_id":"user_BOB","organization_id":"org_ACME"}`, status: 201},
	{route: "POST /user_management/organization_memberships", path: memberships, body: `{"user_id":"user_ALICE","organization_id":"org_ACME"}`, status: 400, observed: "LOGIN.md §6, already active"},
	{route: "POST /user_management/organization_memberships", path: memberships, body: `{"user_id":"user_NONE","organization_id":"org_NONE"}`, status: 404},
	{route: "POST /user_management/organization_memberships", path: memberships, body: `{"user_id":"user_BOB","organization_id":"org_ACME","role_slug":"none"}`, status: 422},
	{route: "GET /user_management/organization_memberships/{id}", path: aliceInAcme, first: ofAlice, status: 200},
	{route: "GET /user_management/organization_memberships/{id}", path: memberships + "/om_NONE", status: 404},
	{route: "PUT /user_management/organization_memberships/{id}", path: aliceInAcme, first: ofAlice, body: `{"role_slug":"member"}`, status: 200},
	{route: "PUT /user_management/organization_memberships/{id}", path: memberships + "/om_NONE", body: `{"role_slug":"member"}`, status: 404},
	{route: "PUT /user_management/organization_memberships/{id}", path: aliceInAcme, first: ofAlice, body: `{"role_slug":"none"}`, status: 422},
	{route: "DELETE /user_management/organization_memberships/{id}", path: aliceInAcme, first: ofAlice, status: 200},
	{route: "DELETE /user_management/organization_memberships/{id}", path: memberships + "/om_NONE", status: 404},
	{route: "PUT /user_management/organization_memberships/{id}/deactivate", path: aliceInAcme + "/deactivate", first: ofAlice, status: 200},
	{route: "PUT /user_management/organization_memberships/{id}/deactivate", path: aliceInAcme + "/deactivate", first: carolsPending, status: 400},
	{route: "PUT /user_management/organization_memberships/{id}/deactivate", path: memberships + "/om_NONE/deactivate", status: 404},
	{route: "PUT /user_management/organization_memberships/{id}/reactivate", path: aliceInAcme + "/reactivate", first: memberships + "?user_id=user_ALICE&statuses=inactive", status: 200},
	{route: "PUT /user_management/organization_memberships/{id}/reactivate", path: aliceInAcme + "/reactivate", first: carolsPending, status: 400},
	{route: "PUT /user_management/organization_memberships/{id}/reactivate", path: memberships + "/om_NONE/reactivate", status: 404},

	{route: "GET /authorization/roles/{slug}", path: "/authorization/roles/admin", status: 200},
	{route: "GET /authorization/roles/{slug}", path: "/authorization/roles/none", status: 404},
	{route: "GET /authorization/organizations/{organizationId}/roles", path: "/authorization/organizations/org_ACME/roles", status: 200},
	{route: "GET /authorization/organizations/{organizationId}/roles", path: "/authorization/organizations/org_NONE/roles", status: 404},
	{route: "GET /authorization/organizations/{organizationId}/roles/{slug}", path: "/authorization/organizations/org_ACME/roles/org-editor", status: 200},
	{route: "GET /authorization/organizations/{organizationId}/roles/{slug}", path: "/authorization/organizations/org_ACME/roles/none", status: 404},
	{route: "GET /authorization/permissions/{slug}", path: "/authorization/permissions/posts:read", status: 200},
	{route: "GET /authorization/permissions/{slug}", path: "/authorization/permissions/none", status: 404},
	{route: "GET /connections", path: "/connections", status: 200},
	{route: "GET /connections", path: "/connections?limit=0", status: 422},
	{route: "GET /connections/{id}", path: "/connections/conn_ACME", status: 200},
	{route: "GET /connections/{id}", path: "/connections/conn_NONE", status: 404},
	{route: "DELETE /connections/{id}", path: "/connections/conn_ACME", status: 204},
	{route: "DELETE /connections/{id}", path: "/connections/conn_NONE", status: 404},

	{route: "GET /user_management/invitations", path: invitations, status: 200},
	{route: "GET /user_management/invitations", path: invitations + "?limit=0", status: 422},
	{route: "GET /user_management/invitations/{id}", path: invitations + "/invitation_OPEN", status: 200},
	{route: "GET /user_management/invitations/{id}", path: invitations + "/invitation_NONE", status: 404},
	{route: "GET /user_management/invitations/by_token/{token}", path: invitations + "/by_token/contract-invitation-token", status: 200},
	{route: "GET /user_management/invitations/by_token/{token}", path: invitations + "/by_token/none", status: 404},
	{route: "POST /user_management/invitations", path: invitations, body: `{"email":"frank@acme.example","organization_id":"org_ACME","expires_in_days":3,"role_slug":"admin"}`, status: 201},
	{route: "POST /user_management/invitations", path: invitations, body: `{"email":"eve@acme.example","organization_id":"org_ACME"}`, status: 400},
	{route: "POST /user_management/invitations", path: invitations, body: `{"email":"frank@acme.example","organization_id":"org_NONE"}`, status: 404},
	{route: "POST /user_management/invitations", path: invitations, body: `{}`, status: 422},
	{route: "POST /user_management/invitations/{id}/accept", path: invitations + "/invitation_DAVE/accept", status: 200},
	{route: "POST /user_management/invitations/{id}/accept", path: invitations + "/invitation_OPEN/accept", before: []string{"POST " + invitations + "/invitation_OPEN/revoke"}, status: 400},
	{route: "POST /user_management/invitations/{id}/accept", path: invitations + "/invitation_NONE/accept", status: 404},
	{route: "POST /user_management/invitations/{id}/resend", path: invitations + "/invitation_OPEN/resend", status: 200},
	{route: "POST /user_management/invitations/{id}/resend", path: invitations + "/invitation_OPEN/resend", before: []string{"POST " + invitations + "/invitation_OPEN/revoke"}, status: 400},
	{route: "POST /user_management/invitations/{id}/resend", path: invitations + "/invitation_NONE/resend", status: 404},
	{route: "POST /user_management/invitations/{id}/revoke", path: invitations + "/invitation_OPEN/revoke", status: 200},
	{route: "POST /user_management/invitations/{id}/revoke", path: invitations + "/invitation_OPEN/revoke", before: []string{"POST " + invitations + "/invitation_OPEN/revoke"}, status: 400},
}
