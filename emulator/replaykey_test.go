package emulator

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	fixtures "github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// TestReplayOfCallersWithoutAKey asks a replay with no key, a mistyped one and a valid one: recordings answer anybody; where there is
// none, an endpoint that is emulated answers as it does without fixtures, and elsewhere the key is named first.
func TestReplayOfCallersWithoutAKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := newServer(t)
	recording := recordedBy(t, f, dir, fixtures.Record, &workOS{t: t})
	f.send("GET", "/vault/v1/kv", "").want(200)
	f.send("GET", "/organizations/org_THEIRS", "").want(200)
	recording.Close()
	upstream := &workOS{t: t}
	recordedBy(t, f, dir, fixtures.Replay, upstream)

	const noKey, unknown, noAPIKey = "The request has no API key. No fixture for ",
		"The API key of the request is not one of the seed's (sk_...typo). No fixture for ", "The Authorization header of the request holds no API key of the seed's. No fixture for "
	const noBearer, noClientSecret = "The Authorization header of the request is not Bearer and an API key. No fixture for ",
		"The client_secret of the request is not one of the seed's API keys. No fixture for "
	authorization := func(value string) func(http.Header) { return func(h http.Header) { h.Set("Authorization", value) } }
	mistyped := bearer("sk_test_a_key_with_a_typo")
	for _, test := range []struct {
		method, path string
		caller       func(http.Header)
		status       int
		message      string // how it begins
	}{
		{"GET", "/vault/v1/kv", anonymous, 200, ""},
		{"GET", "/vault/v1/kv", mistyped, 200, ""},
		{"GET", "/organizations/org_THEIRS", mistyped, 200, ""},
		{"GET", "/organizations/org_THEIRS", anonymous, 200, ""},

		{"GET", "/organizations/org_OTHER", anonymous, 401, "Unauthorized"},
		{"GET", "/organizations/org_OTHER", mistyped, 401, "Unauthorized"},
		{"GET", "/organizations", mistyped, 401, "Unauthorized"},
		{"POST", "/organizations", mistyped, 401, "Unauthorized"},
		{"GET", "/user_management/users/user_OTHER", bearer("eyJhbGciOiJub25lIn0.e30."), 401, "Unauthorized"},

		{"GET", "/directories", anonymous, 501, noKey},
		{"GET", "/directories", mistyped, 501, unknown},
		{"POST", "/vault/v1/kv", mistyped, 501, unknown},
		{"GET", "/directories", bearer("sk_test_customerxtypo"), 501, unknown}, // a valid key is in it
		{"GET", "/directories", bearer("sk_test_a_customtypo"), 501, unknown},
		{"GET", "/directories", bearer("not a key"), 501, noAPIKey},
		{"GET", "/directories", bearer(`"` + acceptedKey + `"`), 501, noAPIKey},
		{"GET", "/directories", authorization("Basic eDp5"), 501, noBearer},
		{"GET", "/directories", authorization(acceptedKey), 501, noBearer},
		{"GET", "/directories", authorization("sk_test_customer"), 501, noBearer},
		{"GET", "/directories", bearer(`"sk_test_customer"`), 501, noAPIKey},
		{"GET", "/directories", authorization("Bearer"), 501, noBearer},
		{"GET", "/directories", authorization("Token " + acceptedKey), 501, noBearer},
		{"GET", "/directories", func(h http.Header) { h.Del("Authorization"); h.Set("X-Api-Key", acceptedKey) }, 501, noKey},

		{"GET", "/directories", bearer(acceptedKey), 501, "No fixture for "},
		{"GET", "/directories", bearer("sk_test_customer"), 501, "No fixture for "},
		{"POST", "/user_management/authenticate", anonymous, 501, "No fixture for "},
		{"POST", "/user_management/authenticate?client_secret=sk_test_a_key_with_a_typo", anonymous, 501, noClientSecret},
		{"GET", "/sso/authorize", anonymous, 501, "No fixture for "},
		{"GET", "/oauth2/userinfo", bearer("opaque"), 501, "No fixture for "},
	} {
		alone := newServer(t).send(test.method, test.path, "", test.caller)
		r := f.send(test.method, test.path, "", test.caller)
		got := r.want(test.status)
		if said := fmt.Sprint(got["message"]); test.message != "" && !strings.HasPrefix(said, test.message) {
			t.Errorf("%s %s: %s, want %s", test.method, test.path, said, test.message)
		}
		if strings.Contains(r.Body.String(), "a_key_with") {
			t.Errorf("%s %s: the key is in %s", test.method, test.path, r.Body)
		}
		if test.status == 401 && (r.Body.String() != alone.Body.String() || r.Header().Get(source.Header) != source.Emulator) {
			t.Errorf("%s %s: %s from %s, and %s without fixtures", test.method, test.path, r.Body, r.Header().Get(source.Header), alone.Body)
		}
	}
	_ = f.logs.TakeAll()
	if len(upstream.sent) > 0 {
		t.Errorf("it was sent: %v", upstream.sent)
	}
}
