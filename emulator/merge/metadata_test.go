package merge

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// What happens to the members of an upstream's discovery document: those of IANA's registry "OAuth Authorization Server
// Metadata", of OpenID Connect Discovery, CIBA and Federation, and of some drafts and products.
var (
	ownMembers = []string{"issuer", "token_endpoint", "jwks_uri", "introspection_endpoint"}

	droppedMembers = []string{
		"revocation_endpoint", "revocation_endpoint_auth_methods_supported", "revocation_endpoint_auth_signing_alg_values_supported",
		"pushed_authorization_request_endpoint", "pushed_authorization_request_endpoint_auth_methods_supported",
		"pushed_authorization_request_endpoint_auth_signing_alg_values_supported", "require_pushed_authorization_requests",
		"backchannel_authentication_endpoint", "backchannel_authentication_endpoint_auth_methods_supported",
		"backchannel_authentication_endpoint_auth_signing_alg_values_supported",
		"mtls_endpoint_aliases", "signed_metadata",
		"authorization_challenge_endpoint", "grant_management_endpoint", "challenge_endpoint", "global_token_revocation_endpoint",
		"federation_registration_endpoint", "federation_fetch_endpoint", "federation_list_endpoint", "federation_resolve_endpoint",
		"federation_trust_mark_status_endpoint", "federation_trust_mark_endpoint_auth_methods",
		"credential_endpoint", "nonce_endpoint", "permission_endpoint", "resource_registration_endpoint", "mfa_challenge_endpoint",
		"kerberos_endpoint", "token_revocation_endpoint", "refresh_token_endpoint", "endpoint", "an_unknown_endpoint",
		"an_unknown_endpoint_auth_methods_supported", "an_unknown_endpoint_aliases", "revocationEndpoint", "authorization_endpoint_revocation_endpoint",
	}

	keptMembers = []string{
		"authorization_endpoint", "device_authorization_endpoint", "userinfo_endpoint", "end_session_endpoint", "registration_endpoint",
		"token_endpoint_auth_methods_supported", "token_endpoint_auth_signing_alg_values_supported",
		"introspection_endpoint_auth_methods_supported", "introspection_endpoint_auth_signing_alg_values_supported",
		"scopes_supported", "response_types_supported", "response_modes_supported", "grant_types_supported", "service_documentation",
		"ui_locales_supported", "op_policy_uri", "op_tos_uri", "code_challenge_methods_supported",
		"tls_client_certificate_bound_access_tokens", "nfv_token_signing_alg_values_supported", "acr_values_supported",
		"subject_types_supported", "id_token_signing_alg_values_supported", "id_token_encryption_alg_values_supported",
		"userinfo_signing_alg_values_supported", "request_object_signing_alg_values_supported", "display_values_supported",
		"claim_types_supported", "claims_supported", "claims_locales_supported", "claims_parameter_supported",
		"request_parameter_supported", "request_uri_parameter_supported", "require_request_uri_registration",
		"require_signed_request_object", "introspection_signing_alg_values_supported", "authorization_response_iss_parameter_supported",
		"check_session_iframe", "frontchannel_logout_supported", "frontchannel_logout_session_supported",
		"backchannel_logout_supported", "backchannel_logout_session_supported", "backchannel_token_delivery_modes_supported",
		"backchannel_user_code_parameter_supported", "authorization_details_types_supported", "dpop_signing_alg_values_supported",
		"client_registration_types_supported", "protected_resources", "client_id_metadata_document_supported", "extra",
	}
)

// otherCases are spellings that clients which ignore letter case read as the same member.
func otherCases(name string) []string {
	return []string{
		strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:], name[:len(name)-1] + strings.ToUpper(name[len(name)-1:]),
		strings.NewReplacer("s", "ſ", "k", "\u212a").Replace(name), // both fold to ASCII letters in encoding/json
	}
}

// TestDiscoveryKeepsLocalSecretsHere checks each member that an upstream's document may have.
func TestDiscoveryKeepsLocalSecretsHere(t *testing.T) {
	t.Parallel()
	const theirs = "https://theirs.example/"
	document := map[string]any{}
	for _, name := range slices.Concat(ownMembers, droppedMembers, keptMembers) {
		document[name] = theirs + name
	}
	for _, name := range slices.Concat(ownMembers, droppedMembers) {
		for _, spelling := range otherCases(name) {
			if spelling != name {
				document[spelling] = theirs + name
			}
		}
	}
	body, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	got, merged, err := Metadata(nil, here(), body)
	if err != nil || !merged {
		t.Fatalf("the error is %v, merged %t", err, merged)
	}
	for _, name := range ownMembers {
		if got[name] != "http://emulator.test/"+name {
			t.Errorf("%s is %v", name, got[name])
		}
	}
	for _, name := range keptMembers {
		if got[name] != theirs+name {
			t.Errorf("%s is %v, not the upstream's", name, got[name])
		}
	}
	for name, value := range got {
		if !slices.Contains(ownMembers, name) && !slices.Contains(keptMembers, name) {
			t.Errorf("%s stays, as %v", name, value)
		}
	}
}

// here has the members that must point to this server.
func here() map[string]any {
	must := map[string]any{}
	for _, name := range ownMembers {
		must[name] = "http://emulator.test/" + name
	}
	return must
}

// TestOwnMembersPointHere checks that no document of the upstream can replace one of them.
func TestOwnMembersPointHere(t *testing.T) {
	t.Parallel()
	for name, document := range map[string]string{
		"none of them": `{}`, "null": `{"token_endpoint":null,"issuer":null}`, "twice": `{"token_endpoint":"https://theirs","token_endpoint":"https://theirs"}`,
		"other types": `{"token_endpoint":{},"mtls_endpoint_aliases":[],"signed_metadata":1}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, _, err := Metadata(nil, here(), []byte(document)); err != nil || !maps.Equal(got, here()) {
				t.Errorf("it is %v, %v", got, err)
			}
		})
	}
}

// FuzzDiscoveryMembers checks that only the listed endpoints stay, also for a client that ignores case.
func FuzzDiscoveryMembers(f *testing.F) {
	for _, name := range slices.Concat(ownMembers, droppedMembers, keptMembers) {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		document := map[string]any{name: "https://theirs.example"}
		dropUntrusted(document, here())
		if len(document) == 0 {
			return
		}
		for _, refused := range slices.Concat(ownMembers, droppedMembers) {
			if strings.EqualFold(name, refused) {
				t.Errorf("%q is kept", name)
			}
		}
		if strings.HasSuffix(strings.ToLower(name), "_endpoint") && !slices.ContainsFunc(harmlessEndpoints, func(h string) bool { return strings.EqualFold(h, name) }) {
			t.Errorf("%q is kept", name)
		}
	})
}
