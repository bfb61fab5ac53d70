package emulator

import (
	"strings"
	"testing"
)

// TestDoubledSlashesAreOne compares the answers for a path and for the same path with more slashes.
func TestDoubledSlashesAreOne(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ method, path, body string }{
		{"GET", "/oauth2/jwks", ""}, {"GET", "/sso/jwks/client_X", ""}, {"GET", "/.well-known/openid-configuration", ""},
		{"GET", "/organizations", ""}, {"GET", "/organizations/org_ACME", ""}, {"GET", "/organizations/org_NONE", ""},
		{"GET", "/organizations/org_ACME/api_keys", ""}, {"GET", "/user_management/users/user_ALICE", ""},
		{"GET", "/connect/applications/conn_app_M2M/client_secrets", ""}, {"GET", "/health", ""},
		{"POST", "/api_keys/validations", `{"value":"sk_test_customer"}`},
		{"POST", "/oauth2/token", `{"grant_type":"password","client_id":"client_backend","client_secret":"secret-one"}`},
		{"POST", "/oauth2/introspection", `{"token":"x"}`},
	} {
		next := &recorder{status: 404, body: `{}`}
		f := newServer(t)
		f.next = next
		want := f.send(test.method, test.path, test.body)
		for _, path := range []string{"/" + test.path, strings.ReplaceAll(test.path, "/", "//"), strings.ReplaceAll(test.path, "/", "////")} {
			if got := f.send(test.method, path, test.body); got.Code != want.Code || got.Body.String() != want.Body.String() {
				t.Errorf("%s: %d %s\nwant %d %s", path, got.Code, got.Body, want.Code, want.Body)
			}
		}
		for _, asked := range next.take() {
			if strings.Contains(asked.body, "secret") || strings.Contains(asked.body, "sk_") || strings.Contains(asked.authorization, "sk_") {
				t.Errorf("%s: the next handler was asked %+v", test.path, asked)
			}
		}
	}
}

// TestGuardSeesWhatIsSent checks that a path with doubled slashes is passed on unchanged, and never with a local secret.
func TestGuardSeesWhatIsSent(t *testing.T) {
	t.Parallel()
	f, next := newServer(t), &recorder{status: 200, body: `{}`}
	f.next = next
	f.send("GET", "//organizations//org_THEIRS", "").want(200)
	if asked := next.take(); len(asked) != 1 || asked[0].uri != "//organizations//org_THEIRS" {
		t.Errorf("the next handler was asked %v", asked)
	}
	for _, path := range []string{"//organizations//secret-audience", "//oauth2//secret-audience", "//vault//x?a=secret-audience"} {
		f.send("GET", path, "").want(403)
	}
	f.form("//oauth2//token", "grant_type=client_credentials&client_id=client_theirs&client_secret=secret-audience").want(401)
	if asked := next.take(); len(asked) != 0 {
		t.Errorf("the next handler was asked %v", asked)
	}
}
