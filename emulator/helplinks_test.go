package emulator

import (
	"net/http"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/help"
)

// TestErrorsLeadToHelp checks that WorkOS's own errors have a Link header and no other body, and that messages of this program's own end
// with the address.
func TestErrorsLeadToHelp(t *testing.T) {
	t.Parallel()
	const form = "application/x-www-form-urlencoded"
	asForm := func(h http.Header) { h.Set("Content-Type", form) }
	for name, test := range map[string]struct {
		method, path, body string
		caller             func(http.Header)
		status             int
		topic              help.Topic
		own                string // WorkOS's body
	}{
		"no key":         {"GET", "/organizations", "", anonymous, 401, help.Unauthorized, `{"message":"Unauthorized"}`},
		"an expired key": {"GET", "/vault", "", bearer("sk_test_expired"), 401, help.Unauthorized, `{"message":"Unauthorized"}`},
		"an unknown id":  {"GET", "/organizations/org_X", "", bearer(acceptedKey), 404, help.EntityNotFound, ""},
		"an unknown client": {"POST", "/oauth2/token", "grant_type=client_credentials&client_id=client_X&client_secret=x", asForm, 401, help.InvalidClient,
			`{"error":"invalid_client","error_description":"Client authentication failed."}`},
		"not emulated":     {"GET", "/vault", "", bearer(acceptedKey), 501, help.NotEmulated, ""},
		"the test API off": {"GET", "/_emulate/hooks", "", anonymous, 404, help.TestAPIOff, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newServer(t).send(test.method, test.path, test.body, test.caller)
			r.want(test.status)
			link, said := r.Header().Get("Link"), r.Body.String()
			isOwn := strings.Contains(said, "See "+test.topic.URL()+`"`)
			hasLink := link == "<"+test.topic.URL()+`>; rel="help"`
			if isOwn == hasLink || link != "" && !hasLink {
				t.Errorf("the Link is %q, and the body %s", link, said)
			}
			if test.own != "" && (said != test.own || !hasLink) {
				t.Errorf("the body is %s, want %s; the Link is %q", said, test.own, link)
			}
		})
	}
	if r := newServer(t).send("GET", "/organizations", ""); r.Code != 200 || r.Header().Get("Link") != "" {
		t.Errorf("an answer without an error: %d, Link %q", r.Code, r.Header().Get("Link"))
	}
}
