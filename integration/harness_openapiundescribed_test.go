package integration

import "encoding/json"

// undescribedOperations are those that WorkOS's description lacks and its SDKs or OpenID Connect have, as far as they
// handle secrets. The values are made up.
func undescribedOperations() (operations []*operation) {
	for _, row := range []struct {
		method, path, request string
		status                int
		answer                string
	}{
		{"POST", "/passwordless/sessions", `{"email":"person@example.com","type":"MagicLink"}`, 201, `{"object":"passwordless_session","id":"passwordless_session_01","email":"person@example.com","expires_at":"2026-01-15T12:00:00.000Z","link":"https://app.example/l"}`},
		{"POST", "/passwordless/sessions/{id}/send", ``, 200, `{"success":true}`},
		{"POST", "/vault/v1/kv", `{"name":"colour","value":"v","key_context":{"organization_id":"org_01"}}`, 201, vaultMetadata},
		{"GET", "/vault/v1/kv", ``, 200, `{"data":[{"id":"vault_01","name":"colour","updated_at":"2026-01-15T12:00:00.000Z"}],"list_metadata":{"before":null,"after":null}}`},
		{"GET", "/vault/v1/kv/{id}", ``, 200, vaultObject},
		{"GET", "/vault/v1/kv/name/{name}", ``, 200, vaultObject},
		{"PUT", "/vault/v1/kv/{id}", `{"value":"v","version_check":"version_01"}`, 200, vaultObject},
		{"DELETE", "/vault/v1/kv/{id}", ``, 200, `{"name":"colour","success":true}`},
		{"GET", "/vault/v1/kv/{id}/metadata", ``, 200, `{"id":"vault_01","name":"colour","metadata":` + vaultMetadata + `}`},
		{"GET", "/vault/v1/kv/{id}/versions", ``, 200, `{"data":[{"id":"version_01","etag":"e-01","size":5,"current_version":true,"created_at":"2026-01-15T12:00:00.000Z"}],"list_metadata":{"before":null,"after":null}}`},
		{"POST", "/vault/v1/keys/data-key", `{"context":{"organization_id":"org_01"}}`, 200, `{"id":"key_01","context":{"organization_id":"org_01"},"data_key":"k","encrypted_keys":"V09TLkVLTS52MQ=="}`},
		{"POST", "/vault/v1/keys/decrypt", `{"keys":"V09TLkVLTS52MQ=="}`, 200, `{"id":"key_01","data_key":"k"}`},
		{"POST", "/vault/v1/keys/rekey", `{"context":{"organization_id":"org_01"},"encrypted_keys":"V09TLkVLTS52MQ=="}`, 200, `{"id":"key_02","context":{"organization_id":"org_01"},"data_key":"k","encrypted_keys":"V09TLkVLTS52Mg=="}`},
		{"POST", "/data-integrations", `{"provider":"github","enabled":true,"credentials":{"type":"custom","client_id":"Iv1","client_secret":"s"}}`, 201, dataIntegration},
		{"GET", "/data-integrations/{slug}", ``, 200, dataIntegration},
		{"PUT", "/data-integrations/{slug}/api-key", `{"user_id":"user_01","secret":"s"}`, 200, connectedAccount},
		{"POST", "/data-integrations/{slug}/credentials", `{"user_id":"user_01"}`, 200, `{"active":true,"credential":{"object":"credential","auth_method":"oauth","value":"v","expires_at":"2026-01-15T12:00:00.000Z","scopes":["repo"],"missing_scopes":[]}}`},
		{"POST", "/user_management/users/{id}/connected_accounts/{slug}", `{"access_token":"a","refresh_token":"r","scopes":["repo"],"state":"connected"}`, 201, connectedAccount},
		{"POST", "/user_management/radar_challenges", `{"user_id":"user_01","pending_authentication_token":"p","phone_number":"+15005550006"}`, 201, `{"object":"radar_challenge","id":"radar_challenge_01","type":"email","user_id":"user_01","email":"person@example.com","code":"c","verification_id":"vrf_01","phone_number":"+15005550006","expires_at":"2026-01-15T12:00:00.000Z","created_at":"2026-01-15T12:00:00.000Z","updated_at":"2026-01-15T12:00:00.000Z"}`},
		{"POST", "/auth/factors/{id}/recovery_codes", ``, 201, `{"object":"recovery_codes","recovery_codes":["a","b"]}`},
		{"POST", "/agents/blueprints/{id}/tokens", `{"organization_id":"org_01"}`, 201, `{"access_token":"t","token_type":"bearer","expires_in":300}`},
		{"POST", "/agents/credentials/validate", `{"credential":"c"}`, 200, `{"valid":true,"registration_id":"agent_reg_01","expires_at":"2026-01-15T12:00:00.000Z"}`},
		{"POST", "/organizations/{id}/it_contacts", `{"email":"it@example.com"}`, 201, `{"object":"it_contact","id":"contact_01","organization_id":"org_01","email":"it@example.com","created_at":"2026-01-15T12:00:00.000Z","updated_at":"2026-01-15T12:00:00.000Z"}`},
	} {
		o := &operation{method: row.method, path: row.path}
		if row.request != "" {
			o.bodies = []any{fromJSON(row.request)}
		}
		o.answers = []sampled{{status: row.status, body: fromJSON(row.answer)}}
		operations = append(operations, o)
	}
	return operations
}

const (
	vaultMetadata    = `{"id":"vault_01","context":{"organization_id":"org_01"},"environment_id":"environment_01","key_id":"key_01","updated_at":"2026-01-15T12:00:00.000Z","updated_by":{"id":"key_01","name":"CI"},"version_id":"version_01"}`
	vaultObject      = `{"id":"vault_01","name":"colour","value":"v","metadata":` + vaultMetadata + `}`
	dataIntegration  = `{"object":"data_integration","id":"data_integration_01","slug":"github","integration_type":"github","description":"Ours","enabled":true,"state":"valid","scopes":["repo"],"redirect_uri":"https://api.workos.example/data-integrations/github/callback","credentials":{"type":"custom","client_id":"Iv1","redacted_client_secret":"6789"},"custom_provider":{"name":"Ours","token_url":"https://provider.example/token","refresh_token_url":"https://provider.example/token","pkce_enabled":true,"client_secret_required":true,"scopes_required":false},"created_at":"2026-01-15T12:00:00.000Z","updated_at":"2026-01-15T12:00:00.000Z"}`
	connectedAccount = `{"object":"connected_account","id":"data_installation_01","user_id":"user_01","organization_id":null,"scopes":["repo"],"auth_method":"oauth","api_key_last_4":"cdef","state":"connected","created_at":"2026-01-15T12:00:00.000Z","updated_at":"2026-01-15T12:00:00.000Z"}`
)

func fromJSON(text string) (value any) {
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		panic(text + ": " + err.Error())
	}
	return value
}
