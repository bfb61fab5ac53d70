package emulator

import (
	"net/http"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/urlpath"
)

// TestWhatNothingAnswers has requests that no route matches, without and with a next handler.
func TestWhatNothingAnswers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		method, path string
		status       int
		code, allow  string
		hint         string
	}{
		{"GET", "/.well-known/oauth-protected-resource", 404, "not_found", "", ""},
		{"GET", "/.well-known/oauth-protected-resource/mcp", 404, "not_found", "", ""},
		{"GET", "/.well-known/oauth-authorization-server/tenant", 404, "not_found", "", ""},
		{"HEAD", "/.well-known/webfinger", 404, "", "", ""},
		{"GET", "//.well-known//nothing", 404, "not_found", "", ""},
		{"POST", "/.well-known/nothing", 404, "not_found", "", ""},
		{"GET", "/tenant/.well-known/openid-configuration", 404, "not_found", "", ""},
		{"GET", "/user_management/client_X/.well-known/other", 404, "not_found", "", ""},
		{"GET", "/.well-known/openid-configuration/", 404, "not_found", "", "/.well-known/openid-configuration, without the slash"},
		{"GET", "/well-known/nothing", 501, "not_emulated", "", ""},
		{"GET", "/organizations/", 501, "not_emulated", "", "/organizations, without the slash"},
		{"GET", "/organizations/org_ACME/", 501, "not_emulated", "", "/organizations/org_ACME, without the slash"},
		{"POST", "/oauth2/token/", 501, "not_emulated", "", "/oauth2/token, without the slash"},
		{"POST", "/user_management/users/user_ALICE/email_change/send", 501, "not_emulated", "", ""},
		{"POST", "/user_management//users/user_ALICE/email_change/confirm", 501, "not_emulated", "", ""},
		{"POST", "/auth/factors/enroll", 501, "not_emulated", "", ""},
		{"PATCH", "/user_management/users/user_ALICE", 405, "method_not_allowed", "GET, HEAD, PUT, DELETE", ""},
		{"GET", "/vault/", 501, "not_emulated", "", ""},
		{"POST", "/.well-known/openid-configuration", 405, "method_not_allowed", "GET, HEAD", ""},
		{"PATCH", "/organizations", 405, "method_not_allowed", "GET, HEAD, POST", ""},
		{"PATCH", "//organizations//org_ACME", 405, "method_not_allowed", "GET, HEAD, PUT, DELETE", ""},
		{"OPTIONS", "/api_keys/validations", 405, "method_not_allowed", "POST, DELETE", ""},
		{"HEAD", "/api_keys/validations", 405, "", "POST, DELETE", ""},
		{"BREW", "/sso/jwks/client_X", 405, "method_not_allowed", "GET, HEAD", ""},
		{"GET", "/oauth2/token", 405, "invalid_request", "POST", ""},
		{"PUT", "/oauth2//jwks", 405, "invalid_request", "GET, HEAD", ""},
	} {
		for _, change := range []func(http.Header){anonymous, bearer(acceptedKey), bearer("sk_test_customer")} {
			f := newServer(t)
			r := f.send(test.method, test.path, "", change)
			code := "code"
			if strings.HasPrefix(urlpath.MergeSlashes(test.path), "/oauth2/") && test.status == 405 {
				code = "error"
			}
			if r.Code != test.status || r.Header().Get("Allow") != test.allow {
				t.Errorf("%s %s: %d, Allow %q", test.method, test.path, r.Code, r.Header().Get("Allow"))
			}
			if test.method == "HEAD" {
				continue
			}
			body := r.want(test.status)
			if body[code] != test.code || body["entity_id"] != nil || strings.Contains(r.Body.String(), "without the slash") != (test.hint != "") || !strings.Contains(r.Body.String(), test.hint) {
				t.Errorf("%s %s: %s", test.method, test.path, r.Body)
			}
			next := &recorder{status: 299, body: "{}"}
			f.next = next
			wantStatus := 299
			if r := f.send(test.method, test.path, "", bearer(acceptedKey)); r.Code != wantStatus || len(next.take()) != 1 {
				t.Errorf("%s %s, with a handler behind: %d", test.method, test.path, r.Code)
			}
		}
	}
}

func TestDisabledGroupAllowsNothing(t *testing.T) {
	t.Parallel()
	f := newServer(t, func(o *Options) { o.Emulate = []string{"token"} })
	f.send("POST", "/oauth2/jwks", "").want(501)
	f.send("GET", "/.well-known/openid-configuration", "").want(404)
}
