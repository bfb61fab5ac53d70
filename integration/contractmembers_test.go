package integration

const (
	membershipsPath   = "/user_management/organization_memberships"
	invitationsPath   = "/user_management/invitations"
	environmentRoles  = "/authorization/roles"
	organizationRoles = "/authorization/organizations/{organizationId}/roles"
	activeMembers     = membershipsPath + "?organization_id=org_ACME"
	inactiveMembers   = activeMembers + "&statuses=inactive"
	pendingMembers    = activeMembers + "&statuses=pending"
)

var membershipContract = []exchange{
	{route: "GET " + membershipsPath, path: membershipsPath + "?organization_id=org_ACME&statuses=active,inactive,pending", status: 200},
	{route: "GET " + membershipsPath, path: membershipsPath + "?user_id=user_ALICE", status: 200},
	{route: "GET " + membershipsPath, path: membershipsPath, status: 400},
	{route: "GET " + membershipsPath, path: membershipsPath + "?organization_id=org_NONE", status: 404},
	{route: "GET " + membershipsPath, path: membershipsPath + "?user_id=user_ALICE&limit=0", status: 422},
	{route: "POST " + membershipsPath, path: membershipsPath, body: `{"user_id":"user_BOB","organization_id":"org_ACME","role_slugs":["admin","org-owner"]}`, status: 201},
	{route: "POST " + membershipsPath, path: membershipsPath, body: `{"user_id":"user_CAROL","organization_id":"org_ACME"}`, status: 400},
	{route: "POST " + membershipsPath, path: membershipsPath, body: `{"user_id":"user_NONE","organization_id":"org_ACME"}`, status: 404},
	{route: "POST " + membershipsPath, path: membershipsPath, body: `{"user_id":"user_BOB","organization_id":"org_ACME","role_slug":"boss"}`, status: 422},
	{route: "POST " + membershipsPath, path: membershipsPath, body: `{"user_id":"user_BOB","organization_id":"org_ACME","role_slug":"post-editor"}`, status: 422},
	{route: "POST " + membershipsPath, path: membershipsPath, body: `{}`, status: 422},
	{route: "GET " + membershipsPath + "/{id}", first: activeMembers, path: membershipsPath + "/{data.0.id}", status: 200},
	{route: "GET " + membershipsPath + "/{id}", path: membershipsPath + "/om_NONE", status: 404},
	{route: "PUT " + membershipsPath + "/{id}", first: activeMembers, path: membershipsPath + "/{data.0.id}", body: `{"role_slug":"member"}`, status: 200},
	{route: "PUT " + membershipsPath + "/{id}", path: membershipsPath + "/om_NONE", body: `{}`, status: 404},
	{route: "PUT " + membershipsPath + "/{id}", first: activeMembers, path: membershipsPath + "/{data.0.id}", body: `{"role_slug":"boss"}`, status: 422},
	{route: "DELETE " + membershipsPath + "/{id}", first: activeMembers, path: membershipsPath + "/{data.0.id}", status: 200},
	{route: "DELETE " + membershipsPath + "/{id}", path: membershipsPath + "/om_NONE", status: 404},
	{route: "PUT " + membershipsPath + "/{id}/deactivate", first: activeMembers, path: membershipsPath + "/{data.0.id}/deactivate", status: 200},
	{route: "PUT " + membershipsPath + "/{id}/deactivate", first: pendingMembers, path: membershipsPath + "/{data.0.id}/deactivate", status: 400},
	{route: "PUT " + membershipsPath + "/{id}/deactivate", path: membershipsPath + "/om_NONE/deactivate", status: 404},
	{route: "PUT " + membershipsPath + "/{id}/reactivate", first: inactiveMembers, path: membershipsPath + "/{data.0.id}/reactivate", status: 200},
	{route: "PUT " + membershipsPath + "/{id}/reactivate", first: pendingMembers, path: membershipsPath + "/{data.0.id}/reactivate", status: 400},
	{route: "PUT " + membershipsPath + "/{id}/reactivate", path: membershipsPath + "/om_NONE/reactivate", status: 404},
}

var invitationContract = []exchange{
	{route: "GET " + invitationsPath, path: invitationsPath, status: 200},
	{route: "GET " + invitationsPath, path: invitationsPath + "?organization_id=org_ACME&email=erin@acme.example", status: 200},
	{route: "GET " + invitationsPath, path: invitationsPath + "?order=up", status: 422},
	{route: "POST " + invitationsPath, path: invitationsPath, body: `{"email":"new@acme.example"}`, status: 201},
	{route: "POST " + invitationsPath, path: invitationsPath, body: `{"email":"bob@acme.example","organization_id":"org_ACME","role_slug":"admin","inviter_user_id":"user_ALICE","expires_in_days":30}`, status: 201},
	{route: "POST " + invitationsPath, path: invitationsPath, body: `{"email":"erin@acme.example","organization_id":"org_ACME"}`, status: 400},
	{route: "POST " + invitationsPath, path: invitationsPath, body: `{"email":"frank@acme.example"}`, status: 400},
	{route: "POST " + invitationsPath, path: invitationsPath, body: `{"email":"alice@acme.example","organization_id":"org_ACME"}`, status: 400},
	{route: "POST " + invitationsPath, path: invitationsPath, body: `{"email":"alice@acme.example"}`, status: 400},
	{route: "POST " + invitationsPath, path: invitationsPath, body: `{"email":"new@acme.example","expires_in_days":0}`, status: 400},
	{route: "POST " + invitationsPath, path: invitationsPath, body: `{"email":"new@acme.example","expires_in_days":31}`, status: 400},
	{route: "POST " + invitationsPath, path: invitationsPath, body: `{"email":"new@acme.example","organization_id":"org_ACME","role_slug":"boss"}`, status: 400},
	{route: "POST " + invitationsPath, path: invitationsPath, body: `{"email":"new@acme.example","organization_id":"org_NONE"}`, status: 404},
	{route: "POST " + invitationsPath, path: invitationsPath, body: `{}`, status: 422},
	{route: "GET " + invitationsPath + "/by_token/{token}", path: invitationsPath + "/by_token/contract-token", status: 200},
	{route: "GET " + invitationsPath + "/by_token/{token}", path: invitationsPath + "/by_token/none", status: 404},
	{route: "GET " + invitationsPath + "/{id}", path: invitationsPath + "/invitation_ORG", status: 200},
	{route: "GET " + invitationsPath + "/{id}", path: invitationsPath + "/invitation_ENV", status: 200},
	{route: "GET " + invitationsPath + "/{id}", path: invitationsPath + "/invitation_NONE", status: 404},
	{route: "POST " + invitationsPath + "/{id}/accept", path: invitationsPath + "/invitation_BOB/accept", status: 200},
	{route: "POST " + invitationsPath + "/{id}/accept", path: invitationsPath + "/invitation_ENV/accept", status: 400},
	{route: "POST " + invitationsPath + "/{id}/accept", first: "POST " + invitationsPath + "/invitation_BOB/accept", path: invitationsPath + "/invitation_BOB/accept", status: 400},
	{route: "POST " + invitationsPath + "/{id}/accept", path: invitationsPath + "/invitation_NONE/accept", status: 404},
	{route: "POST " + invitationsPath + "/{id}/resend", path: invitationsPath + "/invitation_ORG/resend", body: `{"locale":"en"}`, status: 200},
	{route: "POST " + invitationsPath + "/{id}/resend", first: "POST " + invitationsPath + "/invitation_BOB/accept", path: invitationsPath + "/invitation_BOB/resend", status: 400},
	{route: "POST " + invitationsPath + "/{id}/resend", first: "POST " + invitationsPath + "/invitation_BOB/revoke", path: invitationsPath + "/invitation_BOB/resend", status: 400},
	{route: "POST " + invitationsPath + "/{id}/resend", path: invitationsPath + "/invitation_NONE/resend", status: 404},
	{route: "POST " + invitationsPath + "/{id}/resend", path: invitationsPath + "/invitation_ORG/resend", body: `{"locale":1}`, status: 422},
	{route: "POST " + invitationsPath + "/{id}/revoke", path: invitationsPath + "/invitation_ORG/revoke", status: 200},
	{route: "POST " + invitationsPath + "/{id}/revoke", first: "POST " + invitationsPath + "/invitation_ORG/revoke", path: invitationsPath + "/invitation_ORG/revoke", status: 400},
}

var connectionContract = []exchange{
	{route: "GET /connections", path: "/connections", status: 200},
	{route: "GET /connections", path: "/connections?limit=0", status: 422},
	{route: "GET /connections/{id}", path: "/connections/conn_SAML", status: 200},
	{route: "GET /connections/{id}", path: "/connections/conn_NONE", status: 404},
	{route: "DELETE /connections/{id}", path: "/connections/conn_SAML", status: 204},
	{route: "DELETE /connections/{id}", path: "/connections/conn_NONE", status: 404},
}

var roleContract = []exchange{
	{route: "GET " + environmentRoles, path: environmentRoles, status: 200},
	{route: "GET " + environmentRoles + "/{slug}", path: environmentRoles + "/admin", status: 200},
	{route: "GET " + environmentRoles + "/{slug}", path: environmentRoles + "/none", status: 404},
	{route: "GET " + organizationRoles, path: "/authorization/organizations/org_ACME/roles", status: 200},
	{route: "GET " + organizationRoles, path: "/authorization/organizations/org_NONE/roles", status: 404},
	{route: "GET " + organizationRoles + "/{slug}", path: "/authorization/organizations/org_ACME/roles/org-owner", status: 200},
	{route: "GET " + organizationRoles + "/{slug}", path: "/authorization/organizations/org_ACME/roles/none", status: 404},
	{route: "GET /authorization/permissions", path: "/authorization/permissions", status: 200},
	{route: "GET /authorization/permissions/{slug}", path: "/authorization/permissions/posts:read", status: 200},
	{route: "GET /authorization/permissions/{slug}", path: "/authorization/permissions/none", status: 404},
}
