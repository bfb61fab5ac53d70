package integration

import (
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

func TestWorkosCommandServes(t *testing.T) {
	t.Parallel()
	admin := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	p := startWorkos(t, nil, "--seed", "seed.example.yaml", "--issuer", replicaIssuer, "--audience", "client_ENV",
		"--test-api", "--admin", admin, "--access-log", "--debug")
	p.Admin = "http://" + admin
	eventually(t, "the announcement", func() bool { return strings.Contains(p.Log.String(), "/_emulate/") })
	for _, want := range []string{
		"WorkOS is at " + p.URL, "curl " + p.URL + "/oauth2/token", "1 organization, 1 user, 1 application", "client_local_backend",
	} {
		if !strings.Contains(p.Log.String(), want) {
			t.Errorf("%q is not announced", want)
		}
	}
	if names := fmt.Sprint(p.names(t, "/organizations")); names != "[Acme Corp]" {
		t.Errorf("there are %s", names)
	}
	if err := p.verifies(t, p.token(t)); err == nil || !strings.Contains(err.Error(), "client_ENV") {
		t.Errorf("the token's audience is not that of the flag: %v", err)
	}
	if answer := p.do(t, http.MethodPost, "/_emulate/reset", ""); answer.status >= 300 {
		t.Errorf("the test API answers %d", answer.status)
	}
	if len(p.metrics(t)) == 0 {
		t.Error("the admin endpoint shows no metrics")
	}
	eventually(t, "the access log", func() bool { return strings.Contains(p.Log.String(), `"workos_source":"emulator"`) })
}

func TestWorkosCommandWithoutFlags(t *testing.T) {
	t.Parallel()
	p := startWorkos(t, nil)
	if status, _, said := ask(t, http.MethodGet, p.URL+"/organizations", "sk_test_default", "", ""); status != http.StatusOK {
		t.Errorf("the default key is answered %d %s", status, said)
	}
	if answer := p.do(t, http.MethodPost, "/_emulate/reset", ""); answer.status < 400 {
		t.Errorf("the test API is on: %d", answer.status)
	}
	eventually(t, "the announcement", func() bool { return strings.Contains(p.Log.String(), "sk_test_default") })
	if strings.Contains(p.Log.String(), "admin endpoint started") {
		t.Error("the admin endpoint is on")
	}
}

// TestWorkosCommandMixes puts the command in front of two stand-ins.
func TestWorkosCommandMixes(t *testing.T) {
	t.Parallel()
	upstream, authkit := newStandIn(t), newStandIn(t)
	p := startWorkos(t, []string{"WORKOS_API_KEY=" + realKey, "SSL_CERT_FILE=" + upstream.CA},
		"--seed", "seed.example.yaml", "--upstream", upstream.URL, "--authkit", authkit.URL, "--debug")
	eventually(t, "the announcement", func() bool { return strings.Contains(p.Log.String(), "with the key of WORKOS_API_KEY") })
	upstream.take()
	authkit.take()

	if body := p.body(t, "/echo"); !strings.Contains(body, "theirs") {
		t.Errorf("the upstream's answer is %s", body)
	}
	if seen := upstream.take(); len(seen) != 1 || seen[0].authorization != "Bearer "+realKey {
		t.Errorf("the upstream was asked %v", seen)
	}
	if status, source, _ := ask(t, http.MethodGet, p.URL+"/connect/applications/client_local_backend", realKey, "", ""); status != http.StatusOK || source != "emulator" {
		t.Errorf("the holder of the real key is answered %d from %s", status, source)
	}
	if body := p.body(t, "/oauth2/echo"); body == "" || len(authkit.take()) != 1 {
		t.Error("/oauth2/ does not go to the AuthKit domain")
	}
	authkit.Close()
	if body := p.body(t, "/oauth2/echo"); !strings.Contains(body, "upstream_unreachable") {
		t.Errorf("an upstream that is down is answered %s", body)
	}
	if strings.Contains(p.Log.String(), realKey) {
		t.Error("the log holds the real key")
	}
}

// TestWorkosCommandWithoutTheKey proves that local keys do not leave for want of the real one.
func TestWorkosCommandWithoutTheKey(t *testing.T) {
	t.Parallel()
	upstream := newStandIn(t)
	p := startWorkos(t, []string{"SSL_CERT_FILE=" + upstream.CA}, "--seed", "seed.example.yaml", "--upstream", upstream.URL)
	eventually(t, "the announcement", func() bool { return strings.Contains(p.Log.String(), "WORKOS_API_KEY is not set") })
	upstream.take()
	p.body(t, "/echo")
	if seen := upstream.take(); len(seen) != 1 || seen[0].authorization != "" {
		t.Errorf("the upstream was asked %v", seen)
	}
}

func TestWorkosCommandRefuses(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	write(t, bad, "organisations: []\nusers: 5\n")
	for name, test := range map[string]struct {
		args []string
		want []string
	}{
		"issuer":            {[]string{"--issuer", "ftp://x"}, []string{"--issuer: want an origin such as"}},
		"signing key":       {[]string{"--signing-key", "none.pem"}, []string{"--signing-key: open none.pem"}},
		"no key":            {[]string{"--signing-key", "go.mod"}, []string{"--signing-key: go.mod: not a PEM file"}},
		"empty key":         {[]string{"--signing-key", "{env.NOT_SET}"}, []string{"--signing-key: ", "NOT_SET"}},
		"upstream":          {[]string{"--upstream", "api.workos.com"}, []string{"--upstream: want an origin such as"}},
		"authkit":           {[]string{"--authkit", "https://x/y"}, []string{"--authkit: want an origin such as"}},
		"seed":              {[]string{"--seed", bad}, []string{"--seed: the file has 2 problems", "did you mean \"organizations\"?", ":2:8: users: must be a sequence"}},
		"login":             {[]string{"--login", "frist"}, []string{`--login: want first, page or password, got "frist", did you mean "first"?`}},
		"redirect URI":      {[]string{"--redirect-uri", "localhost:3000/cb"}, []string{"--redirect-uri: localhost:3000/cb: "}},
		"no seed":           {[]string{"--seed", "none.yaml"}, []string{"--seed: read seed: open none.yaml", "workos-emulate.config.yaml, .yml or .json, or seed.yaml"}},
		"listen":            {[]string{"--listen", "localhost"}, []string{"--listen: want an address with a port"}},
		"admin":             {[]string{"--admin", "localhost:x"}, []string{"--admin: want an address with a port"}},
		"listen, taken":     {[]string{"--listen", taken.Addr().String()}, []string{"address already in use", "--listen", "--port"}},
		"mode":              {[]string{"--mode", "replay"}, []string{"--mode says", "--fixtures"}},
		"unknown mode":      {[]string{"--fixtures", ".", "--mode", "playback"}, []string{"--mode: want one of replay", "playback"}},
		"missing fixtures":  {[]string{"--fixtures", "nowhere", "--mode", "replay"}, []string{"--fixtures: there is no folder nowhere", "--mode record"}},
		"nothing to record": {[]string{"--fixtures", ".", "--mode", "once"}, []string{"--mode once", "--upstream"}},
		"fixtures":          {[]string{"--fixtures", "."}, []string{"--fixtures: ", "--mode: replay"}},
		"unknown flag":      {[]string{"--sed", "seed.yaml"}, []string{"unknown flag: --sed: did you mean --seed?"}},
		"another flag":      {[]string{"--interactive"}, []string{"unknown flag: --interactive: caddy workos --help"}},
		"a short flag":      {[]string{"-x"}, []string{"unknown shorthand flag: 'x'", "caddy workos --help"}},
		"port":              {[]string{"--port", "http"}, []string{"--port: want a port, got \"http\""}},
		"port and address":  {[]string{"-p", "0", "-l", ":0"}, []string{"--port and --listen"}},
		"ready file":        {[]string{"-p", "0", "--ready-file", "go.mod"}, []string{"--ready-file: go.mod is there"}},
		"ready folder":      {[]string{"-p", "0", "--ready-file", "none/ready.json"}, []string{"--ready-file: "}},
		"argument":          {[]string{"seed.yaml"}, []string{`unknown command "seed.yaml"`}},
		"the key as a flag": {[]string{"--api-key", "sk_live_x"}, []string{"unknown flag: --api-key"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, err := run(t, nil, "", append([]string{"workos"}, test.args...)...)
			if err == nil {
				t.Fatal("it was accepted")
			}
			for _, want := range test.want {
				if !strings.Contains(stderr, want) {
					t.Errorf("it says %s\nwant %q in it", stderr, want)
				}
			}
			if stdout != "" || strings.Contains(stderr, "Usage:") {
				t.Errorf("it also says %s\n%s", stdout, stderr)
			}
		})
	}
}

// TestCommandsHaveExamples reads the help of each command in the tree.
func TestCommandsHaveExamples(t *testing.T) {
	t.Parallel()
	var visit func(path ...string)
	visit = func(path ...string) {
		help, _, err := run(t, nil, "", append(path, "--help")...)
		if err != nil {
			t.Fatal(err)
		}
		if name := strings.Join(path, " "); !strings.Contains(help, "Examples:\n  caddy "+name) {
			t.Errorf("the help of %s shows no example", name)
		}
		_, commands, _ := strings.Cut(help, "Available Commands:\n")
		commands, _, _ = strings.Cut(commands, "\n\n")
		for line := range strings.Lines(commands) {
			visit(append(append([]string{}, path...), strings.Fields(line)[0])...)
		}
	}
	visit("workos")
}
