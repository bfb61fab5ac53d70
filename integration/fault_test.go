package integration

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const faultSeed = mixSeed + `
errorHooks:
  - {method: POST, path: /oauth2/token, status: 503, count: 1}
  - {method: GET, path: /echo/seeded, status: 429}
`

// faulty runs the binary in front of a stand-in, with hooks in its seed and the options given.
func faulty(t *testing.T, s *standIn, options string) (p *process, seed, caddyfile string) {
	t.Helper()
	seed = filepath.Join(t.TempDir(), "seed.yaml")
	write(t, seed, faultSeed)
	caddyfile = fmt.Sprintf(`http://localhost:{$PORT} {
	log
	workos {
		seed %s
		%s
		upstream %s {
			api_key {env.WORKOS_API_KEY}
			tls_trust_pool file %s
		}
	}
}
`, seed, options, s.URL, s.CA)
	return startConfig(t, caddyfile, "WORKOS_API_KEY="+realKey), seed, caddyfile
}

const asJSON = "application/json"

// wantFrom sends a request with the trusted key, and fails the test for another status or source.
func wantFrom(t *testing.T, method, url, body string, status int, source string) string {
	t.Helper()
	gotStatus, gotSource, said := ask(t, method, url, "sk_local_trusted", asJSON, body)
	if gotStatus != status || gotSource != source {
		t.Errorf("%s %s: %d from %q, want %d from %q: %s", method, url, gotStatus, gotSource, status, source, said)
	}
	return said
}

// TestFaults has requests fail that are emulated and that are proxied, by hooks of the seed and of the test API.
func TestFaults(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	p, _, _ := faulty(t, s, "test_api")
	hooks := p.URL + "/_emulate/hooks"

	grant := `{"grant_type":"client_credentials","client_id":"client_ours","client_secret":"other-client-secret"}`
	if said := wantFrom(t, "POST", p.URL+"/oauth2/token", grant, 503, "fault"); !strings.Contains(said, `"error":"temporarily_unavailable"`) {
		t.Errorf("the token endpoint says %s", said)
	}
	wantFrom(t, "POST", p.URL+"/oauth2/token", grant, 200, "emulator")
	s.take()
	wantFrom(t, "GET", p.URL+"/echo/seeded", "", 429, "fault")
	if asked := s.take(); len(asked) != 0 {
		t.Errorf("the real one was asked %v", asked)
	}
	wantFrom(t, "GET", p.URL+"/echo/other", "", 200, "upstream")

	wantFrom(t, "POST", hooks, `{"method":"GET","path":"/organizations/*","status":500,"body":{"message":"made up"},"count":2}`, 201, "emulator")
	for _, id := range []string{"org_LOCAL", "org_REAL"} {
		if said := wantFrom(t, "GET", p.URL+"/organizations/"+id, "", 500, "fault"); said != `{"message":"made up"}` {
			t.Errorf("the hook answers %s", said)
		}
	}
	wantFrom(t, "GET", p.URL+"/organizations/org_LOCAL", "", 200, "emulator")
	wantFrom(t, "GET", p.URL+"/organizations/org_REAL", "", 200, "upstream")

	const delay = 50 * time.Millisecond
	wantFrom(t, "POST", hooks, fmt.Sprintf(`{"method":"GET","path":"/echo","delay":%q}`, delay), 201, "emulator")
	before := time.Now()
	wantFrom(t, "GET", p.URL+"/echo", "", 200, "upstream")
	if passed := time.Since(before); passed < delay {
		t.Errorf("the answer came after %s", passed)
	}

	wantFrom(t, "GET", p.URL+"/health", "", 200, "emulator")
	wantFrom(t, "POST", hooks, `{"method":"GET","path":"echo","status":500}`, 422, "emulator")
	wantFrom(t, "DELETE", hooks, "", 204, "emulator")
	wantFrom(t, "GET", p.URL+"/echo/seeded", "", 200, "upstream")
	eventually(t, "the access log", func() bool { return strings.Contains(p.Log.String(), `"workos_source":"fault"`) })
}

// TestHooksOnlyHinder where clients trust the answer, by the site, by the admin endpoint and by a seed.
func TestHooksOnlyHinder(t *testing.T) {
	t.Parallel()
	p := startConfig(t, "http://localhost:{$PORT} {\n\tworkos {\n\t\ttest_api\n\t}\n}\n")
	for _, url := range []string{p.URL + "/_emulate/hooks", p.Admin + "/workos/default/hooks"} {
		for _, path := range []string{
			"/oauth2/jwks", "/oauth2/jwks/", "/oauth2/%6Awks", "/sso/*", "/.well-known/openid-configuration", "/user_management/*",
			"/oauth2/introspection", "/oauth2//token", "*", "/*",
		} {
			for _, status := range []int{200, 302} {
				hook := fmt.Sprintf(`{"method":"*","path":%q,"status":%d,"count":1}`, path, status)
				code, _, said := ask(t, http.MethodPost, url, "", asJSON, hook)
				if code != http.StatusUnprocessableEntity || !strings.Contains(said, `"field":"status"`) && !strings.Contains(said, "; status: ") || !strings.Contains(said, "clients trust") {
					t.Errorf("%s to %s: %d %s", hook, url, code, said)
				}
			}
		}
		for _, effect := range []string{`"status":400`, `"delay":"1ns"`, `"abort":true`} {
			if code, _, said := ask(t, http.MethodPost, url, "", asJSON, `{"method":"BREW","path":"*",`+effect+`}`); code != http.StatusCreated {
				t.Errorf("%s to %s: %d %s", effect, url, code, said)
			}
		}
	}
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	write(t, seed, "errorHooks: [{method: GET, path: /oauth2/jwks, status: 200}]")
	if said, err := runToEnd(t, nil, "workos", "seed", "check", seed); err == nil || !strings.Contains(said, "errorHooks[0].status: the path covers /oauth2/jwks") {
		t.Errorf("the seed is accepted: %v %s", err, said)
	}
}

// TestAbortedConnections are dropped before a byte is sent, and logged all the same.
func TestAbortedConnections(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	p, _, _ := faulty(t, s, "test_api on")
	for _, path := range []string{"/organizations/org_LOCAL", "/echo"} {
		wantFrom(t, "POST", p.URL+"/_emulate/hooks", `{"method":"POST","path":"`+path+`","abort":true,"count":1}`, 201, "emulator")
		request, _ := http.NewRequestWithContext(t.Context(), "POST", p.URL+path, strings.NewReader("{}"))
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			response.Body.Close()
			t.Errorf("%s is answered: %s", path, response.Status)
		} else if !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%s: %v", path, err)
		}
	}
	wantFrom(t, "POST", p.URL+"/echo", "{}", 200, "upstream")
	eventually(t, "the access log of both", func() bool { return strings.Count(p.Log.String(), `"workos_source":"fault"`) == 2 })
}

// TestADelayEndsWithItsRequest has a caller give up long before a delay has passed, and Caddy stop in order after that.
func TestADelayEndsWithItsRequest(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	p, _, _ := faulty(t, s, "test_api")
	wantFrom(t, "POST", p.URL+"/_emulate/hooks", `{"method":"GET","path":"/echo","delay":"1h","count":1}`, 201, "emulator")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		request, _ := http.NewRequestWithContext(ctx, "GET", p.URL+"/echo", nil)
		_, err := http.DefaultClient.Do(request)
		ended <- err
	}()
	eventually(t, "the hook to be spent", func() bool {
		_, _, list := ask(t, "GET", p.URL+"/_emulate/hooks", "", "", "")
		return !strings.Contains(list, `"1h0m0s"`)
	})
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the request ended with %v", err)
	}
	eventually(t, "the access log", func() bool { return strings.Contains(p.Log.String(), `"workos_source":"fault"`) })
	p.stop()
}

func TestTestAPIIsOffByDefault(t *testing.T) {
	t.Parallel()
	for _, option := range []string{"", "test_api off"} {
		t.Run(option, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t)
			p, _, _ := faulty(t, s, option)
			for _, request := range []struct{ method, path string }{
				{"GET", "/_emulate/hooks"}, {"POST", "/_emulate/hooks"}, {"DELETE", "/_emulate/hooks"}, {"POST", "/_emulate/reset"},
			} {
				wantFrom(t, request.method, p.URL+request.path, "{}", 404, "emulator")
			}
		})
	}
	p := startConfig(t, "http://localhost:{$PORT} {\n\tworkos_emulator\n}\n")
	if status, source, said := ask(t, "POST", p.URL+"/_emulate/reset", "", "", ""); status != 404 || source != "emulator" || !strings.Contains(said, "test_api is off") {
		t.Errorf("without an upstream: %d from %s: %s", status, source, said)
	}
	if status, _, said := ask(t, "GET", p.URL+"/health", "", "", ""); status != 200 || said != `{"status":"ok"}` {
		t.Errorf("the health is %d %s", status, said)
	}
}
