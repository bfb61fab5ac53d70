package integration

const (
	applications = "/connect/applications"
	secrets      = "/connect/applications/{id}/client_secrets"
)

var apiKeyContract = []exchange{
	{route: "POST /api_keys/validations", path: "/api_keys/validations", body: `{"value":"sk_contract_organization"}`, status: 200},
	{route: "POST /api_keys/validations", path: "/api_keys/validations", body: `{"value":"sk_contract_user"}`, status: 200},
	{route: "POST /api_keys/validations", path: "/api_keys/validations", body: `{"value":"sk_contract_expired"}`, status: 200},
	{route: "POST /api_keys/validations", path: "/api_keys/validations", body: `{"value":"sk_unknown"}`, status: 200},
	{route: "POST /api_keys/validations", path: "/api_keys/validations", body: `{"value":"sk_unknown"}`, key: "sk_unknown", status: 401},
	{route: "POST /api_keys/validations", path: "/api_keys/validations", body: `{}`, status: 422},

	{route: "POST /api_keys/{id}/expire", path: "/api_keys/api_key_ORG/expire", body: `{}`, status: 200},
	{route: "POST /api_keys/{id}/expire", path: "/api_keys/api_key_ORG/expire", body: `{"expires_at":"2099-01-01T00:00:00Z"}`, status: 200},
	{route: "POST /api_keys/{id}/expire", path: "/api_keys/api_key_USER/expire", body: `{"expires_at":null}`, status: 200},
	{route: "POST /api_keys/{id}/expire", path: "/api_keys/api_key_NONE/expire", body: `{}`, status: 404},
	{route: "POST /api_keys/{id}/expire", path: "/api_keys/api_key_OLD/expire", body: `{}`, status: 409},
	{route: "POST /api_keys/{id}/expire", path: "/api_keys/api_key_ORG/expire", body: `{"expires_at":"soon"}`, status: 422},

	{route: "DELETE /api_keys/{id}", path: "/api_keys/api_key_ORG", status: 204},
	{route: "DELETE /api_keys/{id}", path: "/api_keys/api_key_NONE", status: 404},

	{route: "GET /organizations/{id}/api_keys", path: "/organizations/org_OTHER/api_keys", status: 200},
	{route: "GET /organizations/{id}/api_keys", path: "/organizations/org_NONE/api_keys", status: 404},
	{route: "POST /organizations/{id}/api_keys", path: "/organizations/org_ACME/api_keys", body: `{"name":"n"}`, status: 201},
	{route: "POST /organizations/{id}/api_keys", path: "/organizations/org_ACME/api_keys", body: `{"name":"n","permissions":["a"],"expires_at":"2099-01-01T00:00:00Z"}`, status: 201},
	{route: "POST /organizations/{id}/api_keys", path: "/organizations/org_NONE/api_keys", body: `{"name":"n"}`, status: 404},
	{route: "POST /organizations/{id}/api_keys", path: "/organizations/org_ACME/api_keys", body: `{}`, status: 422},

	{route: "GET /user_management/users/{id}/api_keys", path: "/user_management/users/user_ALICE/api_keys", status: 200},
	{route: "GET /user_management/users/{id}/api_keys", path: "/user_management/users/user_BOB/api_keys", status: 200},
	{route: "GET /user_management/users/{id}/api_keys", path: "/user_management/users/user_NONE/api_keys", status: 404},
	{route: "POST /user_management/users/{id}/api_keys", path: "/user_management/users/user_BOB/api_keys", body: `{"name":"n","organization_id":"org_ACME"}`, status: 201},
	{route: "POST /user_management/users/{id}/api_keys", path: "/user_management/users/user_NONE/api_keys", body: `{"name":"n","organization_id":"org_ACME"}`, status: 404},
	{route: "POST /user_management/users/{id}/api_keys", path: "/user_management/users/user_BOB/api_keys", body: `{"name":"n"}`, status: 422},
}

var connectContract = []exchange{
	{route: "GET /connect/applications", path: applications, status: 200},
	{route: "GET /connect/applications", path: applications + "?limit=1", status: 200},
	{route: "GET /connect/applications", path: applications + "?limit=0", status: 422},
	{route: "POST /connect/applications", path: applications, body: `{"name":"n","application_type":"m2m","organization_id":"org_ACME","scopes":["a"],"description":"d"}`, status: 201},
	{route: "POST /connect/applications", path: applications, body: `{"name":"n","application_type":"oauth","is_first_party":true,"redirect_uris":[{"uri":"https://a.example/cb"}],"uses_pkce":true}`, status: 201},
	{route: "POST /connect/applications", path: applications, body: `{"name":"n","application_type":"oauth","is_first_party":false,"organization_id":"org_ACME"}`, status: 201},
	{route: "POST /connect/applications", path: applications, body: `{"name":"n","application_type":"m2m","organization_id":"org_NONE"}`, status: 404},
	{route: "POST /connect/applications", path: applications, body: `{"name":"n","application_type":"m2m"}`, status: 422},

	{route: "GET /connect/applications/{id}", path: applications + "/conn_app_M2M", status: 200},
	{route: "GET /connect/applications/{id}", path: applications + "/client_first", status: 200},
	{route: "GET /connect/applications/{id}", path: applications + "/client_third", status: 200},
	{route: "GET /connect/applications/{id}", path: applications + "/client_none", status: 404},
	{route: "PUT /connect/applications/{id}", path: applications + "/conn_app_M2M", body: `{"name":"n","description":null,"scopes":null}`, status: 200},
	{route: "PUT /connect/applications/{id}", path: applications + "/client_first", body: `{"redirect_uris":null}`, status: 200},
	{route: "PUT /connect/applications/{id}", path: applications + "/client_none", body: `{}`, status: 404},
	{route: "PUT /connect/applications/{id}", path: applications + "/client_m2m", body: `{"name":5}`, status: 422},
	{route: "DELETE /connect/applications/{id}", path: applications + "/client_m2m", status: 204},
	{route: "DELETE /connect/applications/{id}", path: applications + "/client_none", status: 404},

	{route: "GET " + secrets, path: applications + "/client_full/client_secrets", status: 200},
	{route: "GET " + secrets, path: applications + "/client_third/client_secrets", status: 200},
	{route: "GET " + secrets, path: applications + "/client_none/client_secrets", status: 404},
	{route: "POST " + secrets, path: applications + "/client_m2m/client_secrets", status: 201},
	{route: "POST " + secrets, path: applications + "/client_none/client_secrets", status: 404},
	{route: "POST " + secrets, path: applications + "/client_full/client_secrets", status: 422},
	{route: "DELETE /connect/client_secrets/{id}", first: applications + "/client_full/client_secrets", path: "/connect/client_secrets/{0.id}", status: 204},
	{route: "DELETE /connect/client_secrets/{id}", path: "/connect/client_secrets/secret_NONE", status: 404},
}

var organizationContract = []exchange{
	{route: "GET /organizations", path: "/organizations", status: 200},
	{route: "GET /organizations", path: "/organizations?limit=101", status: 422},
	{route: "POST /organizations", path: "/organizations", body: `{"name":"n"}`, status: 201},
	{route: "POST /organizations", path: "/organizations", body: `{"name":"n","domain_data":[{"domain":"n.example","state":"pending"}],"external_id":"e","metadata":{"a":"b"}}`, status: 201},
	{route: "POST /organizations", path: "/organizations", body: `{"name":"n","external_id":"acme"}`, status: 400},
	{route: "POST /organizations", path: "/organizations", body: `{"name":"n","metadata":{"":"v"}}`, status: 400},
	{route: "POST /organizations", path: "/organizations", body: `{"name":"n","domain_data":[{"domain":"ACME.example"}]}`, status: 409},
	{route: "POST /organizations", path: "/organizations", body: `{}`, status: 422},
	{route: "GET /organizations/external_id/{id}", path: "/organizations/external_id/acme", status: 200},
	{route: "GET /organizations/external_id/{id}", path: "/organizations/external_id/none", status: 404},
	{route: "GET /organizations/{id}", path: "/organizations/org_ACME", status: 200},
	{route: "GET /organizations/{id}", path: "/organizations/org_OTHER", status: 200},
	{route: "GET /organizations/{id}", path: "/organizations/org_NONE", status: 404},
	{route: "PUT /organizations/{id}", path: "/organizations/org_OTHER", body: `{"name":"n","stripe_customer_id":"cus_2"}`, status: 200},
	{route: "PUT /organizations/{id}", path: "/organizations/org_OTHER", body: `{"external_id":"acme"}`, status: 400},
	{route: "PUT /organizations/{id}", path: "/organizations/org_NONE", body: `{"name":"n"}`, status: 404},
	{route: "PUT /organizations/{id}", path: "/organizations/org_OTHER", body: `{"domain_data":[{"domain":"acme.example","state":"verified"}]}`, status: 409},
	{route: "PUT /organizations/{id}", path: "/organizations/org_ACME", body: `{"name":""}`, status: 422},
	{route: "DELETE /organizations/{id}", path: "/organizations/org_OTHER", status: 202},
}

var userContract = []exchange{
	{route: "GET /user_management/users", path: "/user_management/users", status: 200},
	{route: "GET /user_management/users", path: "/user_management/users?order=up", status: 422},
	{route: "GET /user_management/users/external_id/{id}", path: "/user_management/users/external_id/alice", status: 200},
	{route: "GET /user_management/users/external_id/{id}", path: "/user_management/users/external_id/none", status: 404},
	{route: "GET /user_management/users/{id}", path: "/user_management/users/user_ALICE", status: 200},
	{route: "GET /user_management/users/{id}", path: "/user_management/users/user_BOB", status: 200},
	{route: "GET /user_management/users/{id}", path: "/user_management/users/user_NONE", status: 404},
	{route: "GET /sso/jwks/{clientId}", path: "/sso/jwks/client_ENV", status: 200},
}
