package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCreatedWireJSON compares resources that are created at run time with golden files, with their secrets. The clock and the source
// of randomness are fixed, so the order of the requests of one emulator matters.
func TestCreatedWireJSON(t *testing.T) {
	t.Parallel()
	for name, request := range map[string]struct{ method, path, body string }{
		"created_organization_api_key": {"POST", keysPath, `{"name":"New","permissions":["posts:read"],"expires_at":"2030-01-01T00:00:00.000Z"}`},
		"created_user_api_key":         {"POST", "/user_management/users/user_ALICE/api_keys", `{"name":"New","organization_id":"org_ACME"}`},
		"created_application_m2m":      {"POST", "/connect/applications", `{"name":"New","application_type":"m2m","organization_id":"org_ACME","scopes":["a"]}`},
		"created_application_third":    {"POST", "/connect/applications", `{"name":"New","application_type":"oauth","is_first_party":false,"organization_id":"org_ACME","uses_pkce":true,"redirect_uris":[{"uri":"https://a.example"},{"uri":"https://b.example"}]}`},
		"created_client_secret":        {"POST", "/connect/applications/client_backend/client_secrets", ""},
		"created_organization":         {"POST", "/organizations", `{"name":"New <&>","domain_data":[{"domain":"new.example","state":"pending"}],"stripe_customer_id":"cus_1"}`},
		"created_user":                 {"POST", usersPath, `{"email":"New@acme.example","first_name":"New","metadata":{"a":"b"}}`},
		"created_magic_auth":           {"POST", magicAuthPath, `{"email":"alice@acme.example"}`},
		"created_password_reset":       {"POST", passwordResetPath, `{"email":"alice@acme.example"}`},
		"user_creation_error":          {"POST", usersPath, `{"email":"alice@acme.example"}`},
		"email_string_required":        {"POST", usersPath, `{"email":""}`},
		"client_secrets":               {"GET", "/connect/applications/client_backend/client_secrets", ""},
		"validated_api_key":            {"POST", "/api_keys/validations", `{"value":"sk_test_alice"}`},
		"validated_unknown":            {"POST", "/api_keys/validations", `{"value":"sk_test_nobodys"}`},
		"expired_api_key":              {"POST", "/api_keys/api_key_ORG/expire", ""},
		"validation_failed":            {"POST", keysPath, `{"permissions":5,"expires_at":"soon"}`},
		"unauthorized":                 {"GET", "/organizations?unauthorized", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newServer(t, predictable)
			change := bearer(acceptedKey)
			if name == "unauthorized" {
				change = bearer("sk_test_expired")
			}
			r := f.send(request.method, request.path, request.body, change)
			if got := r.Header().Get("Content-Type"); got != "application/json; charset=utf-8" {
				t.Errorf("the content type is %q", got)
			}
			if r.Header().Get("Access-Control-Allow-Origin") != "" || r.Header().Get("X-RateLimit-Limit") != "" {
				t.Errorf("the header is %v", r.Header())
			}
			compareGolden(t, name, fmt.Sprintf("%d", r.Code), r.Body.Bytes())
		})
	}
}

// compareGolden compares a status and a body with a golden file, which -update overwrites.
func compareGolden(t *testing.T, name, status string, body []byte) {
	t.Helper()
	var got bytes.Buffer
	if err := json.Indent(&got, body, "", "  "); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	whole := fmt.Sprintf("{\n  \"status\": %s,\n  \"body\": %s\n}\n", status, strings.ReplaceAll(got.String(), "\n", "\n  "))
	golden := filepath.Join("testdata", name+".golden.json")
	if *update {
		if err := os.WriteFile(golden, []byte(whole), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if whole != string(want) {
		t.Errorf("it is\n%swant\n%s", whole, want)
	}
}

// TestSDKWireHabits sends the unneeded members that the official SDKs send (WORKOS.md, "Generic conduct").
func TestSDKWireHabits(t *testing.T) {
	t.Parallel()
	asJSON := header("Content-Type", "application/json")
	for name, test := range map[string]struct {
		method, path, body string
		status             int
	}{
		"expire, null":                  {"POST", "/api_keys/api_key_ORG/expire", "null", 200},
		"expire, empty":                 {"POST", "/api_keys/api_key_ORG/expire", "", 200},
		"expire, blank":                 {"POST", "/api_keys/api_key_ORG/expire", " \n", 200},
		"secret, empty":                 {"POST", "/connect/applications/client_backend/client_secrets", "", 201},
		"secret, null":                  {"POST", "/connect/applications/client_backend/client_secrets", "null", 201},
		"GET with a content type":       {"GET", "/organizations/org_ACME", "", 200},
		"DELETE with a content type":    {"DELETE", "/api_keys/api_key_ORG", "", 204},
		"GET of a list, empty brackets": {"GET", "/organizations?domains[]=", "", 200},
		"update, unknown members":       {"PUT", "/organizations/org_ACME", `{"name":"x","unheard_of":1}`, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newServer(t)
			r := f.send(test.method, test.path, test.body, asJSON)
			r.want(test.status)
			if test.status == 204 && (r.Body.Len() != 0 || r.Header().Get("Content-Type") != "") {
				t.Errorf("204 with %s %q", r.Header().Get("Content-Type"), r.Body)
			}
		})
	}
}

// TestRedirectURIsAreAlwaysAnArray is for an SDK that iterates over the array.
func TestRedirectURIsAreAlwaysAnArray(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	got := f.send("POST", "/connect/applications", `{"name":"x","application_type":"oauth","is_first_party":true}`).want(201)
	path := "/connect/applications/" + got["id"].(string)
	for _, change := range []string{`{}`, `{"redirect_uris":[]}`, `{"redirect_uris":null}`} {
		got = f.send("PUT", path, change).want(http.StatusOK)
		if uris, isArray := got["redirect_uris"].([]any); !isArray || len(uris) != 0 {
			t.Errorf("%s: %v", change, got)
		}
	}
}

// TestExpiryMustLieAhead refuses all times that are not in the future, the zero time of Go included.
func TestExpiryMustLieAhead(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	for _, at := range []string{"0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-11-24T12:00:00Z", "2026-11-24T13:00:00+02:00"} {
		wantField(t, f.send("POST", keysPath, `{"name":"x","expires_at":"`+at+`"}`), "expires_at")
	}
}
