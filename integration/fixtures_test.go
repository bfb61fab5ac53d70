package integration

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
)

// recording is the Caddyfile of a team that records in staging and replays in CI: only the environment differs.
func recording(s *standIn, seed, dir string) string {
	return fmt.Sprintf(`{
	debug
	servers {
		log_credentials
	}
}
http://localhost:{$PORT} {
	log
	workos {
		seed %s
		accept_key {env.WORKOS_API_KEY}
		upstream %s {
			api_key {env.WORKOS_API_KEY}
			tls_trust_pool file %s
		}
		fixtures %s {
			mode {env.WORKOS_FIXTURES}
		}
	}
}
`, seed, s.URL, s.CA, dir)
}

// localTimes are those of what the emulator was seeded with when it started.
var localTimes = regexp.MustCompile(`"(created_at|updated_at|last_used_at)":"[^"]*"`)

// recordedRequest is a request of the scenario that is recorded and replayed.
type recordedRequest struct{ method, path, key, contentType, body string }

var scenario = []recordedRequest{
	{"GET", "/user_management/users/user_REAL", "sk_local_trusted", "", ""},
	{"GET", "/echo/events?limit=3&order=asc", "sk_local_trusted", "", ""},
	{"GET", "/echo/events?order=asc&limit=3", "sk_local_trusted", "", ""},
	{"GET", "/echo/events?limit=4", "sk_unknown", "", ""},
	{"GET", "/organizations?limit=5", "sk_local_trusted", "", ""},
	{"GET", "/organizations/org_NONE", "sk_local_trusted", "", ""},
	{"POST", "/echo/things", "sk_local_trusted", "application/json", `{"name":"n","at":1.0}`},
	{"POST", "/echo/things", "sk_local_trusted", "application/json", `{ "at": 1, "name": "n" }`},
	{"POST", "/api_keys/validations", "sk_local_trusted", "application/json", `{"value":"sk_theirs_1"}`},
	{"POST", "/api_keys/validations", "sk_local_trusted", "application/json", `{"value":"sk_local_customer"}`},
	{"DELETE", "/echo/things/1", "sk_local_trusted", "", ""},
}

// TestRecordThenReplayWithTheNetworkGone is the recipe of README: the same answers, byte for byte, from the same file.
func TestRecordThenReplayWithTheNetworkGone(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	seed, dir := filepath.Join(t.TempDir(), "seed.yaml"), filepath.Join(t.TempDir(), "fixtures")
	write(t, seed, mixSeed)
	caddyfile := recording(s, seed, dir)

	recorder := startConfig(t, caddyfile, "WORKOS_API_KEY="+realKey, "WORKOS_FIXTURES=record")
	type answer struct {
		status int
		body   string
	}
	var recorded []answer
	for _, e := range scenario {
		status, _, body := ask(t, e.method, recorder.URL+e.path, e.key, e.contentType, e.body)
		recorded = append(recorded, answer{status, body})
	}
	recorder.stop()
	for name, text := range folder(t, dir) {
		for _, secret := range []string{realKey, "sk_theirs_1", "sk_local", "sk_unknown"} {
			if strings.Contains(name+text, secret) {
				t.Errorf("%s is in %s: %s", secret, name, text)
			}
		}
		if strings.Contains(name, "jwks") || strings.Contains(name, "well-known") {
			t.Errorf("%s was recorded", name)
		}
	}
	if strings.Contains(recorder.Log.String(), realKey) {
		t.Error("the log of the recording holds the real key")
	}
	if said, err := runToEnd(t, nil, "validate", "--config", "Caddyfile.example", "--adapter", "caddyfile"); err != nil {
		t.Errorf("%v: %s", err, said)
	}

	s.Close() // the network is gone
	s.take()
	replayed := startConfig(t, caddyfile, "WORKOS_API_KEY="+realKey, "WORKOS_FIXTURES=replay")
	for i, e := range scenario {
		if e.key == "sk_unknown" {
			continue // what it may have is not known: it was passed through, and not recorded
		}
		status, source, body := ask(t, e.method, replayed.URL+e.path, e.key, e.contentType, e.body)
		if status != recorded[i].status || localTimes.ReplaceAllString(body, "") != localTimes.ReplaceAllString(recorded[i].body, "") {
			t.Errorf("%s %s is replayed as %d %s, want %d %s", e.method, e.path, status, body, recorded[i].status, recorded[i].body)
		}
		if source == "upstream" {
			t.Errorf("%s %s comes from %s", e.method, e.path, source)
		}
	}
	status, source, body := ask(t, "GET", replayed.URL+"/echo/events?limit=5", "sk_local_trusted", "", "")
	if status != 501 || source != "fixture" || !strings.Contains(body, `query limit: recorded \"`) {
		t.Errorf("a miss is answered with %d from %s: %s", status, source, body)
	}
	if asked := s.take(); len(asked) > 0 {
		t.Errorf("the network was touched: %v", asked)
	}
}

// TestReplayedLoginVerifies logs in against a fixture that ships with the project, as an app does.
func TestReplayedLoginVerifies(t *testing.T) {
	t.Parallel()
	p := startExample(t)
	status, source, body := ask(t, "POST", p.URL+"/user_management/authenticate", "", "application/json",
		`{"client_id":"client_example","client_secret":"sk_any","grant_type":"password","email":"alice@acme.example","password":"any"}`)
	if status != 200 || source != "fixture" {
		t.Fatalf("the login is answered with %d from %s: %s", status, source, body)
	}
	var login struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(body), &login); err != nil {
		t.Fatal(err)
	}
	keys := oidc.NewRemoteKeySet(t.Context(), p.URL+"/sso/jwks/client_example")
	verifier := oidc.NewVerifier("https://api.workos.com", keys, &oidc.Config{SkipClientIDCheck: true, SkipIssuerCheck: true})
	token, err := verifier.Verify(t.Context(), login.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	if token.Subject != "user_01JQ8ZVXV3S6F0YBGQ8J4TMNKC" {
		t.Errorf("the session is of %s", token.Subject)
	}
}

func TestFixturesComposedAndOnce(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	seed, dir := filepath.Join(t.TempDir(), "seed.yaml"), filepath.Join(t.TempDir(), "fixtures")
	write(t, seed, mixSeed)
	config := fmt.Sprintf(`http://localhost:{$PORT} {
	log
	workos_emulator {
		seed %s
	}
	workos_fixtures %s {
		mode once
	}
	reverse_proxy %s {
		header_up Host {upstream_hostport}
		transport workos {
			api_key {env.WORKOS_API_KEY}
			tls_trust_pool file %s
		}
	}
}
`, seed, dir, s.URL, s.CA)
	p := startConfig(t, config, "WORKOS_API_KEY="+realKey)
	s.take()
	for _, want := range []string{"upstream", "upstream"} { // what a run has begun, it goes on recording
		status, source, body := ask(t, "GET", p.URL+"/echo/once", "sk_local_trusted", "", "")
		if status != 200 || source != want || body != `{"theirs":true}` {
			t.Errorf("it is answered with %d from %s: %s", status, source, body)
		}
	}
	if asked := s.take(); len(asked) != 2 || asked[0].authorization != "Bearer "+realKey {
		t.Errorf("the upstream was asked %v", asked)
	}
	if status, _, body := ask(t, "GET", p.URL+"/echo/once", "sk_local_customer", "", ""); status != 401 {
		t.Errorf("a customer's key is answered with %d %s", status, body)
	}
	p.stop()

	later := startConfig(t, config, "WORKOS_API_KEY="+realKey)
	s.take()
	for range 2 {
		status, source, body := ask(t, "GET", later.URL+"/echo/once", "sk_local_trusted", "", "")
		if status != 200 || source != "fixture" || body != `{"theirs":true}` {
			t.Errorf("a later run answers %d from %s: %s", status, source, body)
		}
	}
	if asked := s.take(); len(asked) != 0 {
		t.Errorf("a later run asks the upstream %v", asked)
	}
	eventually(t, "the access log", func() bool { return strings.Contains(later.Log.String(), `"workos_source":"fixture"`) })
	if status, _, body := ask(t, "GET", later.URL+"/echo/once", "sk_local_customer", "", ""); status != 401 {
		t.Errorf("a customer's key is answered with %d %s by a later run", status, body)
	}
}

func TestBadFixturesConfigurationIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ block, want string }{
		"no mode":       {"fixtures x", "mode is required"},
		"unknown mode":  {"fixtures x {\n\t\t\tmode playback\n\t\t}", "mode: want one of replay"},
		"no folder":     {"fixtures {\n\t\t\tmode live\n\t\t}", "rong argument count"},
		"missing":       {"fixtures /nowhere/at/all {\n\t\t\tmode replay\n\t\t}", "does not exist"},
		"empty":         {"fixtures x {\n\t\t\tmode {env.NOT_SET_ANYWHERE}\n\t\t}", "mode: "},
		"unknown":       {"fixtures x {\n\t\t\tmood replay\n\t\t}", `unknown option "mood"`},
		"verify":        {"fixtures x {\n\t\t\tmode live\n\t\t\tverify deep\n\t\t}", "verify: want shape or values"},
		"iss":           {"fixtures x {\n\t\t\tmode live\n\t\t\tiss hier\n\t\t}", `iss: want recorded or here, got "hier", did you mean "here"?, at`},
		"times":         {"fixtures x {\n\t\t\tmode live\n\t\t\ttimes still\n\t\t}", "times: want living or recorded"},
		"no pointer":    {"fixtures x {\n\t\t\tmode live\n\t\t\tunordered scopes\n\t\t}", `unordered: want a JSON pointer such as /scopes, got "scopes", at`},
		"bad pointer":   {"fixtures x {\n\t\t\tmode live\n\t\t\tkeep /a~b\n\t\t}", `keep: "/a~b" is no JSON pointer`},
		"bad header":    {"fixtures x {\n\t\t\tmode live\n\t\t\tmatch_header a:b\n\t\t}", `match_header: want the name of a header, got "a:b"`},
		"who asks":      {"fixtures x {\n\t\t\tmode live\n\t\t\tmatch_header authorization\n\t\t}", "match_header: the Authorization takes part"},
		"hop by hop":    {"fixtures x {\n\t\t\tmode live\n\t\t\tkeep_header Content-Length\n\t\t}", "keep_header: Content-Length belongs to one connection"},
		"record_errors": {"fixtures x {\n\t\t\tmode live\n\t\t\trecord_errors on\n\t\t}", "record_errors: wrong argument count: want none"},
		"own instance":  {"fixtures x {\n\t\t\tmode live\n\t\t\tinstance a\n\t\t}", "instance is that of workos"},
		"twice":         {"fixtures x {\n\t\t\tmode live\n\t\t\tmode live\n\t\t}", "mode is given more than once"},
		"given twice":   {"fixtures x {\n\t\t\tmode live\n\t\t}\n\t\tfixtures y {\n\t\t\tmode live\n\t\t}", "fixtures is given more than once"},
		"nothing to it": {"fixtures x {\n\t\t\tmode live\n\t\t\tredact\n\t\t}", "rong argument count"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := filepath.Join(t.TempDir(), "Caddyfile")
			write(t, config, fmt.Sprintf("http://localhost:%d {\n\tworkos {\n\t\t%s\n\t}\n}\n", freePort(t), test.block))
			said, err := runToEnd(t, []string{"CADDY_ADMIN=off"}, "validate", "--config", config, "--adapter", "caddyfile")
			if err == nil || !strings.Contains(strings.ReplaceAll(said, `\"`, `"`), test.want) {
				t.Errorf("it says %v: %s\nwant %q in it", err, said, test.want)
			}
		})
	}
}
