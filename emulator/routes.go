package emulator

import "slices"

// table lists every route. Where two match, the first one wins.
func table() []route {
	return slices.Concat(
		[]route{
			{method: "POST", pattern: "/oauth2/token", group: GroupToken, rule: byCredentials,
				local: (*call).tokenClientIsLocal, serve: (*call).issueToken, unanswered: (*call).refuseUnknownClient},
			{method: "POST", pattern: "/oauth2/introspection", group: GroupIntrospection, rule: byCredentials,
				local: (*call).introspectingClientIsLocal, serve: (*call).introspect, unanswered: (*call).refuseUnknownClient},
			{method: "GET", pattern: "/oauth2/jwks", group: GroupJWKS, rule: always, serve: (*call).jwks},
			{method: "GET", pattern: "/sso/jwks/{clientId}", group: GroupJWKS, rule: always, serve: (*call).jwks},
			{method: "GET", pattern: "/.well-known/openid-configuration", group: GroupDiscovery, rule: always,
				serve: (*call).openIDConfiguration},
			{method: "GET", pattern: "/.well-known/oauth-authorization-server", group: GroupDiscovery, rule: always,
				serve: (*call).authorizationServer},
			{method: "GET", pattern: "/user_management/{clientId}/.well-known/openid-configuration", group: GroupDiscovery, rule: always,
				serve: (*call).userManagementConfiguration},
		},
		connectRoutes(), organizationRoutes(), userRoutes(), apiKeyRoutes(),
	)
}

func connectRoutes() []route {
	const group = GroupConnectApplications
	return []route{
		{method: "GET", pattern: "/connect/applications", group: group, rule: listed, serve: (*call).listApplications},
		{method: "POST", pattern: "/connect/applications", group: group, rule: created, serve: (*call).createApplication, creates: true},
		{method: "GET", pattern: "/connect/applications/{id}", group: group, rule: byID,
			local: (*call).applicationIsLocal, serve: (*call).getApplication, unanswered: notFound("Connect Application")},
		{method: "PUT", pattern: "/connect/applications/{id}", group: group, rule: byID,
			local: (*call).applicationIsLocal, serve: (*call).updateApplication, unanswered: notFound("Connect Application")},
		{method: "DELETE", pattern: "/connect/applications/{id}", group: group, rule: byID,
			local: (*call).applicationIsLocal, serve: (*call).deleteApplication, unanswered: notFound("Connect Application")},
		{method: "GET", pattern: "/connect/applications/{id}/client_secrets", group: group, rule: byID,
			local: (*call).applicationIsLocal, serve: (*call).listClientSecrets, unanswered: notFound("Connect Application")},
		{method: "POST", pattern: "/connect/applications/{id}/client_secrets", group: group, rule: byID,
			local: (*call).applicationIsLocal, serve: (*call).createClientSecret, creates: true, unanswered: notFound("Connect Application")},
		{method: "DELETE", pattern: "/connect/client_secrets/{id}", group: group, rule: byID,
			local: (*call).clientSecretIsLocal, serve: (*call).deleteClientSecret, unanswered: notFound("Client Secret")},
	}
}

func apiKeyRoutes() []route {
	const group = GroupAPIKeys
	return []route{
		{method: "POST", pattern: "/api_keys/validations", group: group, rule: bySecret,
			local: (*call).validatedKeyIsLocal, serve: (*call).validateAPIKey, unanswered: (*call).validateAPIKey},
		{method: "POST", pattern: "/api_keys/{id}/expire", group: group, rule: byID,
			local: (*call).apiKeyIsLocal, serve: (*call).expireAPIKey, unanswered: notFound("API Key")},
		{method: "DELETE", pattern: "/api_keys/{id}", group: group, rule: byID,
			local: (*call).apiKeyIsLocal, serve: (*call).deleteAPIKey, unanswered: notFound("API Key")},
		{method: "GET", pattern: "/organizations/{id}/api_keys", group: group, rule: listed, serve: (*call).listOrganizationAPIKeys},
		{method: "POST", pattern: "/organizations/{id}/api_keys", group: group, rule: created, serve: (*call).createOrganizationAPIKey, creates: true},
		{method: "GET", pattern: "/user_management/users/{id}/api_keys", group: group, rule: listed, serve: (*call).listUserAPIKeys},
		{method: "POST", pattern: "/user_management/users/{id}/api_keys", group: group, rule: created, serve: (*call).createUserAPIKey, creates: true},
	}
}

func organizationRoutes() []route {
	const group = GroupOrganizations
	return []route{
		{method: "GET", pattern: "/organizations", group: group, rule: listed, serve: (*call).listOrganizations},
		{method: "POST", pattern: "/organizations", group: group, rule: lastResort, serve: (*call).createOrganization,
			creates: true, unanswered: (*call).createOrganization},
		{method: "GET", pattern: "/organizations/external_id/{id}", group: group, rule: byID,
			local: (*call).externalOrganizationIsLocal, serve: (*call).getOrganizationByExternalID, unanswered: notFound("Organization")},
		{method: "GET", pattern: "/organizations/{id}", group: group, rule: byID,
			local: (*call).organizationIsLocal, serve: (*call).getOrganization, unanswered: notFound("Organization")},
		{method: "PUT", pattern: "/organizations/{id}", group: group, rule: byID,
			local: (*call).organizationIsLocal, serve: (*call).updateOrganization, unanswered: notFound("Organization")},
		{method: "DELETE", pattern: "/organizations/{id}", group: group, rule: byID,
			local: (*call).organizationIsLocal, serve: (*call).deleteOrganization, unanswered: notFound("Organization")},
	}
}

func userRoutes() []route {
	const group = GroupUsers
	return []route{
		{method: "GET", pattern: "/user_management/users", group: group, rule: listed, serve: (*call).listUsers},
		{method: "GET", pattern: "/user_management/users/external_id/{id}", group: group, rule: byID,
			local: (*call).externalUserIsLocal, serve: (*call).getUserByExternalID, unanswered: notFound("User")},
		{method: "GET", pattern: "/user_management/users/{id}", group: group, rule: byID,
			local: (*call).userIsLocal, serve: (*call).getUser, unanswered: notFound("User")},
	}
}

// othersOfWorkOS lists the endpoints of WorkOS that are not emulated although their paths are, with other methods: these are no
// wrong methods.
func othersOfWorkOS() []route {
	return []route{
		{method: "POST", pattern: "/user_management/users"},
		{method: "PUT", pattern: "/user_management/users/{id}"},
		{method: "DELETE", pattern: "/user_management/users/{id}"},
	}
}
