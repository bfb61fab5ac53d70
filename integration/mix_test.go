package integration

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const mixSeed = `
organizations:
  - {id: org_LOCAL, name: Local, external_id: local}
users:
  - {id: user_LOCAL, email: local@example.com}
connectApplications:
  - {name: Machine, organization_id: org_REAL, client_id: client_local, client_secret: local-client-secret, scopes: [read]}
  - {name: Ours, organization: Local, client_id: client_ours, client_secret: other-client-secret}
apiKeys:
  - {id: api_key_CUSTOMER, name: Customer, organization: Local, value: sk_local_customer}
  - {id: api_key_TRUSTED, name: Trusted, organization: Local, value: sk_local_trusted, upstream: true}
  - {id: api_key_OLD, name: Old, organization: Local, value: sk_local_expired, expires_at: 2020-01-01T00:00:00Z}
`

// mixed runs the binary in front of a stand-in, in the short or the composed form.
func mixed(t *testing.T, s *standIn, composed bool) (p *process, caddyfile string) {
	t.Helper()
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	write(t, seed, mixSeed)
	host := strings.TrimPrefix(s.URL, "https://")
	site := fmt.Sprintf(`	workos {
		seed %s
		accept_key {env.WORKOS_API_KEY}
		upstream %s {
			api_key {env.WORKOS_API_KEY}
			tls_trust_pool file %s
		}
	}`, seed, s.URL, s.CA)
	if composed {
		site = fmt.Sprintf(`	workos_emulator {
		seed %s
		accept_key {env.WORKOS_API_KEY}
	}
	reverse_proxy %s {
		header_up Host %s
		transport workos {
			api_key {env.WORKOS_API_KEY}
			tls_trust_pool file %s
		}
	}`, seed, s.URL, host, s.CA)
	}
	caddyfile = fmt.Sprintf("{\n\tdebug\n\tservers {\n\t\tlog_credentials\n\t}\n}\nhttp://localhost:{$PORT} {\n\tlog\n%s\n}\n", site)
	return startConfig(t, caddyfile, "WORKOS_API_KEY="+realKey), caddyfile
}

// TestWhoAnswers proves each row of DESIGN.md's table, and who is shown which key.
func TestWhoAnswers(t *testing.T) {
	t.Parallel()
	for form, composed := range map[string]bool{"short": false, "composed": true} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t)
			p, _ := mixed(t, s, composed)
			s.take()
			const asForm, asJSON = "application/x-www-form-urlencoded", "application/json"
			const grant = "grant_type=client_credentials&client_id="
			for _, test := range []struct {
				method, path, key, kind, body string
				status                        int
				source                        string
				sent                          string // what the stand-in was asked, with which key
			}{
				{"POST", "/oauth2/token", "", asForm, grant + "client_local&client_secret=local-client-secret", 200, "emulator", ""},
				{"POST", "/oauth2/token", "", asForm, grant + "client_local&client_secret=wrong", 401, "emulator", ""},
				{"POST", "/oauth2/token", "", asForm, grant + "client_theirs&client_secret=theirs", 200, "upstream", "POST /oauth2/token "},
				{"POST", "/oauth2/token", "", asForm, grant + "client_typo&client_secret=local-client-secret", 401, "emulator", ""},
				{"POST", "/oauth2/token", "", asForm, "grant_type=refresh_token&client_id=client_local&client_secret=local-client-secret", 400, "emulator", ""},
				{"POST", "/oauth2/introspection", "", asForm, "client_id=client_local&client_secret=local-client-secret&token=x", 200, "emulator", ""},
				{"POST", "/oauth2/introspection", "", asForm, "client_id=client_theirs&client_secret=x&token=x", 200, "upstream", "POST /oauth2/introspection "},
				{"GET", "/connect/applications/client_local", realKey, "", "", 200, "emulator", ""},
				{"GET", "/connect/applications/client_theirs", realKey, "", "", 404, "upstream", "GET /connect/applications/client_theirs Bearer " + realKey},
				{"GET", "/connect/applications/client_theirs", "sk_unknown", "", "", 404, "upstream", "GET /connect/applications/client_theirs Bearer sk_unknown"},
				{"GET", "/connect/applications/client_theirs", "sk_local_customer", "", "", 401, "emulator", ""},
				{"GET", "/connect/applications/client_theirs", "sk_local_expired", "", "", 401, "emulator", ""},
				{"GET", "/connect/applications/client_local", "", "", "", 404, "upstream", "GET /connect/applications/client_local "},
				{"POST", "/connect/applications", "sk_local_trusted", asJSON, `{"name":"n","application_type":"m2m","organization_id":"org_REAL"}`, 201, "emulator", "GET /organizations/org_REAL Bearer " + realKey},
				{"POST", "/connect/applications", "sk_local_trusted", asJSON, `{"name":"n","application_type":"m2m","organization_id":"org_NONE"}`, 404, "upstream", "GET /organizations/org_NONE Bearer " + realKey},
				{"GET", "/organizations?limit=4", "sk_local_trusted", "", "", 200, "merged", "GET /organizations?limit=4&order=desc Bearer " + realKey},
				{"GET", "/organizations", "sk_local_customer", "", "", 200, "emulator", ""},
				{"GET", "/organizations", "sk_unknown", "", "", 200, "upstream", "GET /organizations Bearer sk_unknown"},
				{"POST", "/api_keys/validations", "sk_local_trusted", asJSON, `{"value":"sk_local_customer"}`, 200, "emulator", ""},
				{"POST", "/api_keys/validations", "sk_local_trusted", asJSON, `{"value":"sk_theirs"}`, 200, "upstream", "POST /api_keys/validations Bearer " + realKey},
				{"POST", "/api_keys/validations", "sk_unknown", asJSON, `{"value":"sk_local_customer"}`, 401, "emulator", ""},
				{"DELETE", "/api_keys/api_key_THEIRS", "sk_local_trusted", "", "", 404, "upstream", "DELETE /api_keys/api_key_THEIRS Bearer " + realKey},
				{"POST", "/api_keys/api_key_CUSTOMER/expire", "sk_local_trusted", asJSON, `{"expires_at":null}`, 200, "emulator", ""},
				{"GET", "/organizations/external_id/local", "sk_local_trusted", "", "", 200, "emulator", ""},
				{"GET", "/organizations/org_REAL", "sk_local_trusted", "", "", 200, "upstream", "GET /organizations/org_REAL Bearer " + realKey},
				{"GET", "/user_management/users/user_LOCAL", "sk_local_trusted", "", "", 200, "emulator", ""},
				{"POST", "/organizations", "sk_local_trusted", asJSON, `{"name":"n"}`, 200, "upstream", "POST /organizations Bearer " + realKey},
				{"POST", "/echo?a=b", "sk_local_trusted", asJSON, `{"x": 1 }`, 200, "upstream", "POST /echo?a=b Bearer " + realKey},
				{"POST", "/echo", "sk_local_customer", asJSON, `{}`, 401, "emulator", ""},
				{"POST", "/echo", "", asJSON, `{}`, 200, "upstream", "POST /echo "},
				{"POST", "/user_management/authenticate", "", asJSON, `{"client_secret":"sk_local_customer"}`, 403, "emulator", ""},
			} {
				status, source, said := ask(t, test.method, p.URL+test.path, test.key, test.kind, test.body)
				name := test.method + " " + test.path + " as " + test.key
				if status != test.status || source != test.source {
					t.Errorf("%s: %d from %s, want %d from %s: %s", name, status, source, test.status, test.source, said)
				}
				got := ""
				for _, request := range s.take() {
					got += request.line + " " + request.authorization
					if strings.Contains(request.raw, "sk_local") || strings.Contains(request.raw, "client-secret") {
						t.Errorf("%s: the real one was sent a local secret: %s", name, request.raw)
					}
					if strings.Contains(request.raw, "X-Forwarded-For") && !composed || !strings.Contains(request.raw, "Host: 127.0.0.1") {
						t.Errorf("%s: the real one was sent %s", name, request.raw)
					}
					if test.method == "POST" && strings.HasPrefix(request.line, "POST") && !strings.HasSuffix(request.raw, test.body) {
						t.Errorf("%s: the body became %s", name, request.raw)
					}
				}
				if got != test.sent {
					t.Errorf("%s: the real one was asked %q, want %q", name, got, test.sent)
				}
				if strings.Contains(said, realKey) {
					t.Errorf("%s: the answer holds the real key", name)
				}
			}

			_, source, set := ask(t, "GET", p.URL+"/oauth2/jwks", "", "", "")
			if source != "merged" || !strings.Contains(set, "theirs") || !strings.Contains(set, "sso_oidc_key_pair_") {
				t.Errorf("the JWKS from %s is %s", source, set)
			}
			_, source, document := ask(t, "GET", p.URL+"/.well-known/openid-configuration", "", "", "")
			if source != "merged" || !strings.Contains(document, "https://theirs.example/oauth2/authorize") || !strings.Contains(document, p.URL+"/oauth2/token") {
				t.Errorf("the discovery document from %s is %s", source, document)
			}
			_, _, config := ask(t, "GET", p.Admin+"/config/", "", "", "")
			if !strings.Contains(config, "{env.WORKOS_API_KEY}") || strings.Contains(config, realKey) {
				t.Errorf("the configuration shows %s", config)
			}

			s.CloseClientConnections()
			s.Close()
			status, source, said := ask(t, "GET", p.URL+"/echo", "sk_local_trusted", "", "")
			if status != 502 || !composed && (source != "emulator" || !strings.Contains(said, `"code":"upstream_unreachable"`)) {
				t.Errorf("with the real one gone: %d from %s: %s", status, source, said)
			}
			if status, _, _ := ask(t, "GET", p.URL+"/organizations/org_LOCAL", "sk_local_trusted", "", ""); status != 200 {
				t.Errorf("with the real one gone, an emulated route answers %d", status)
			}
			if status, _, set := ask(t, "GET", p.URL+"/oauth2/jwks", "", "", ""); status != 200 || !strings.Contains(set, "theirs") {
				t.Errorf("with the real one gone, the JWKS is %d %s", status, set)
			}
			p.stop()
			// With log_credentials, Caddy logs what a caller sends. What the transport puts in, it must not.
			for _, line := range strings.Split(p.Log.String(), "\n") {
				if strings.Contains(line, realKey) && !strings.Contains(line, "handled request") && !strings.Contains(line, "received request") {
					t.Errorf("the log holds the real key: %s", line)
				}
				if strings.Contains(line, realKey) && !strings.Contains(line, "/connect/applications/client_") {
					t.Errorf("the log holds the real key of a caller who did not send it: %s", line)
				}
			}
			for _, secret := range []string{"local-client-secret", "other-client-secret"} {
				if strings.Contains(p.Log.String(), secret) {
					t.Errorf("the log holds %s", secret)
				}
			}
		})
	}
}

// TestUploadStreams sends more than the emulator would ever read.
func TestUploadStreams(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	p, _ := mixed(t, s, false)
	const size = 50 << 20
	request, err := http.NewRequestWithContext(t.Context(), "POST", p.URL+"/upload", io.LimitReader(zeros{}, size))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer sk_local_trusted")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var got struct{ Bytes int }
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil || got.Bytes != size {
		t.Errorf("%d bytes arrived: %v", got.Bytes, err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestReloadsUnderLoadLoseNothing keeps requests in flight while the configuration is loaded again and again.
func TestReloadsUnderLoadLoseNothing(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	p, caddyfile := mixed(t, s, false)
	if status, _, said := ask(t, "POST", p.URL+"/organizations/org_LOCAL/api_keys", "sk_local_trusted", "application/json", `{"name":"made"}`); status != 201 {
		t.Fatal(status, said)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var wait sync.WaitGroup
	var sent atomic.Int64
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 20}, Timeout: maxWait}
	for worker := range 20 {
		wait.Go(func() {
			for ctx.Err() == nil || sent.Load() < 1000 {
				path := []string{"/organizations/org_LOCAL/api_keys", "/echo", "/organizations"}[worker%3]
				answer, err := tryToReceive(client, newRequest(t, http.MethodGet, p.URL+path, "sk_local_trusted", ""))
				if err != nil || answer.status != 200 || worker%3 == 0 && !strings.Contains(answer.body, `"made"`) {
					t.Errorf("%s: %d, %v: %s", path, answer.status, err, answer.body)
					return
				}
				sent.Add(1)
			}
		})
	}
	for i := range 50 {
		if err := p.reload(strings.Replace(caddyfile, "\tworkos {", fmt.Sprintf("\theader X-Generation %d\n\tworkos {", i), 1)); err != nil {
			t.Error(err)
		}
	}
	cancel()
	wait.Wait()
	if sent.Load() < 1000 {
		t.Errorf("only %d requests were answered", sent.Load())
	}
}

// TestSlowUpstreamDoesNotDelayTheJWKS measures nothing but that the answer comes before the upstream's.
func TestSlowUpstreamDoesNotDelayTheJWKS(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	s := newStandIn(t)
	s.Config.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release })
	p, _ := mixed(t, s, false) // waits for its JWKS
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	request, _ := http.NewRequestWithContext(ctx, "GET", p.URL+"/sso/jwks/client_X", nil)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != 200 || response.Header.Get("X-Workos-Source") != "emulator" {
		t.Errorf("%s from %s", response.Status, response.Header.Get("X-Workos-Source"))
	}
}
