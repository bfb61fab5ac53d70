package integration

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// keyedSite is a site whose real key goes to a stand-in, by the short form or, with `direct` or without it, the composed one.
func keyedSite(t *testing.T, s *standIn, form string) *process {
	t.Helper()
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	write(t, seed, mixSeed)
	site := map[string]string{
		"short": `workos {
		seed %[1]s
		upstream %[2]s {
			api_key {env.WORKOS_API_KEY}
			tls_trust_pool file %[3]s
		}
	}`,
		"composed": `workos_emulator {
		seed %[1]s
	}
	reverse_proxy %[2]s {
		transport workos {
			api_key {env.WORKOS_API_KEY}
			tls_trust_pool file %[3]s
		}
	}`,
		// The second proxy is asked where the first has no answer.
		"nested": `workos_emulator {
		seed %[1]s
	}
	reverse_proxy 127.0.0.1:{$EMPTY} {
		@missing status 404
		handle_response @missing {
			reverse_proxy %[2]s {
				transport workos {
					api_key {env.WORKOS_API_KEY}
					tls_trust_pool file %[3]s
				}
			}
		}
	}`,
	}[form]
	config := fmt.Sprintf("{\n\tdebug\n\tservers {\n\t\tlog_credentials\n\t}\n}\nhttp://:{$PORT} {\n\tbind 127.0.0.1\n\tlog\n\t"+site+"\n}\n", seed, s.URL, s.CA)
	config += "http://:{$EMPTY} {\n\tbind 127.0.0.1\n\trespond 404\n}\n"
	return startConfig(t, config, "WORKOS_API_KEY="+realKey, fmt.Sprintf("EMPTY=%d", freePort(t)))
}

// TestRealKeyGoesWhereItIsDue, under the upstream's own name, whatever the caller says, in each form of configuration.
func TestRealKeyGoesWhereItIsDue(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"short", "composed", "nested"} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t)
			p := keyedSite(t, s, form)
			s.take()
			for _, test := range []struct {
				method, path, kind, body, authorization string
				sent                                    string // the body; "-" for a request that is not sent
				status                                  int
			}{
				{"GET", "/echo/x", "", "", "Bearer sk_local_trusted", "", 200},
				{"POST", "/user_management/authenticate", "application/json", `{"client_id":"c","client_secret":"sk_local_trusted"}`, "", `{"client_id":"c","client_secret":"` + realKey + `"}`, 404},
				{"POST", "/sso/token", "application/x-www-form-urlencoded", "client_secret=sk_local_trusted&code=x", "Bearer sk_local_trusted", "client_secret=" + realKey + "&code=x", 404},
				{"POST", "/user_management/authenticate", "application/json", `{"client_secret":"sk_local_customer"}`, "", "-", 403},
				{"POST", "/user_management/authenticate", "application/json", `{"client_secret":"sk_theirs"}`, "", `{"client_secret":"sk_theirs"}`, 404},
				{"TRACE", "/echo/x", "", "", "Bearer sk_local_trusted", "-", 405},
			} {
				if form == "nested" && test.body != "" {
					continue // the first proxy has read the body
				}
				request, err := http.NewRequestWithContext(t.Context(), test.method, p.URL+test.path, strings.NewReader(test.body))
				if err != nil {
					t.Fatal(err)
				}
				request.Host = "attacker.example"
				request.Header.Set("Authorization", test.authorization)
				request.Header.Set("Content-Type", test.kind)
				answer := receive(t, request)
				seen := s.take()
				if test.sent == "-" {
					if len(seen) != 0 || answer.status != test.status {
						t.Errorf("%s %s: %d %s; the upstream was sent %v", test.method, test.path, answer.status, answer.body, seen)
					}
					continue
				}
				if len(seen) != 1 || answer.status != test.status {
					t.Fatalf("%s %s: %d %s; the upstream was sent %v", test.method, test.path, answer.status, answer.body, seen)
				}
				keyed := test.authorization != ""
				if (seen[0].authorization == "Bearer "+realKey) != keyed || !strings.HasSuffix(seen[0].raw, "\r\n\r\n"+test.sent) {
					t.Errorf("%s %s: the upstream was sent %s", test.method, test.path, seen[0].raw)
				}
				if own := strings.TrimPrefix(s.URL, "https://"); keyed && !strings.Contains(seen[0].raw, "\r\nHost: "+own+"\r\n") {
					t.Errorf("%s %s: the upstream was sent %s", test.method, test.path, seen[0].raw)
				}
			}
			for _, secret := range []string{realKey, "exchanged_by_caddy_workos"} {
				if strings.Contains(p.Log.String(), secret) {
					t.Errorf("the log holds %s", secret)
				}
			}
		})
	}
}

// TestWhoMayHaveTheRealKeyIsKnownAtTheStart: a transport without an emulator before it, or one that no key gets to, is told.
func TestWhoMayHaveTheRealKeyIsKnownAtTheStart(t *testing.T) {
	t.Parallel()
	const proxy = "reverse_proxy https://api.workos.com {\n\ttransport workos {\n\t\tapi_key {env.WORKOS_API_KEY}\n\t}\n}\n"
	for name, test := range map[string]struct {
		site, seed string
		wanted     string // in the log
		fails      bool
	}{
		"no emulator":         {proxy, "", "no workos_emulator stands before", true},
		"an emulator behind":  {"route {\n" + proxy + "workos_emulator\n}\n", "", "no workos_emulator stands before", true},
		"in a named route":    {"invoke mixed\n" + proxy, "", "", false},
		"the default key":     {"workos_emulator\n" + proxy, "", "no key of the seed may go on", false},
		"customers' keys":     {"workos_emulator {\nseed {$SEED}\n}\n" + proxy, "organizations: [{name: A}]\napiKeys: [{name: k, organization: A, value: sk_a}]\n", "no key of the seed may go on", false},
		"no keys":             {"workos_emulator {\nseed {$SEED}\n}\n" + proxy, "organizations: [{name: A}]\n", "no key of the seed may go on", false},
		"one of upstream":     {"workos_emulator {\nseed {$SEED}\n}\n" + proxy, "organizations: [{name: A}]\napiKeys: [{name: k, organization: A, value: sk_a, upstream: true}]\n", "", false},
		"environment keys":    {"workos_emulator {\nseed {$SEED}\n}\n" + proxy, "apiKeys: {sk_a: {}}\n", "", false},
		"the public one only": {"workos_emulator {\nseed {$SEED}\n}\n" + proxy, "apiKeys: {sk_test_default: {}}\n", "no key of the seed may go on", false},
		"accept_key":          {"workos_emulator {\naccept_key {env.WORKOS_API_KEY}\n}\n" + proxy, "", "", false},
		"short form":          {"workos {\nupstream https://api.workos.com {\napi_key {env.WORKOS_API_KEY}\n}\n}\n", "", "no key of the seed may go on", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			write(t, filepath.Join(folder, "seed.yaml"), test.seed)
			write(t, filepath.Join(folder, "Caddyfile"), "{\n\tadmin off\n}\n&(mixed) {\n\tworkos_emulator\n}\nhttp://:"+fmt.Sprint(freePort(t))+" {\n\tbind 127.0.0.1\n"+test.site+"}\n")
			stdout, stderr, err := run(t, []string{"WORKOS_API_KEY=" + realKey, "SEED=" + filepath.Join(folder, "seed.yaml")}, "",
				"validate", "--config", filepath.Join(folder, "Caddyfile"))
			said := stdout + stderr
			if (err != nil) != test.fails || test.wanted != "" && !strings.Contains(said, test.wanted) || test.wanted == "" && strings.Contains(said, "no key of the seed") {
				t.Errorf("%v: %s", err, said)
			}
			if strings.Contains(said, realKey) {
				t.Error("the real key is printed")
			}
		})
	}
}

// TestBuiltInKeyIsNotTheRealOne by the command, with a seed that has no keys and without any.
func TestBuiltInKeyIsNotTheRealOne(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	write(t, seed, "organizations: [{id: org_LOCAL, name: Local}]\n")
	for name, args := range map[string][]string{"no seed": nil, "no keys": {"--seed", seed}} {
		p := startWorkos(t, []string{"WORKOS_API_KEY=" + realKey, "SSL_CERT_FILE=" + s.CA}, append(args, "--upstream", s.URL)...)
		s.take()
		ask(t, "GET", p.URL+"/echo/x", "sk_test_default", "", "")
		ask(t, "POST", p.URL+"/user_management/authenticate", "", "application/json", `{"client_secret":"sk_test_default"}`)
		for _, seen := range s.take() {
			if strings.Contains(seen.raw, realKey) {
				t.Errorf("%s: the built-in key got the real one: %s", name, seen.raw)
			}
		}
		if status, _, _ := ask(t, "GET", p.URL+"/echo/x", realKey, "", ""); status != 200 {
			t.Errorf("%s: the real key itself is answered %d", name, status)
		}
	}
}

// TestRequestOfAnotherHost asks by a raw connection, as a caller that no library keeps in order.
func TestRequestOfAnotherHost(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	p := keyedSite(t, s, "composed")
	s.take()
	for _, request := range []string{
		"GET http://attacker.example/echo/x HTTP/1.1\r\nHost: attacker.example\r\nAuthorization: Bearer sk_local_trusted\r\nConnection: close\r\n\r\n",
		"TRACE /echo/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_local_trusted\r\nConnection: close\r\n\r\n",
		"GET /echo/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_theirs\r\nTransfer-Encoding: chunked\r\nTrailer: X-Key\r\nConnection: close\r\n\r\n1\r\na\r\n0\r\nX-Key: sk_local_customer\r\n\r\n",
	} {
		connection, err := net.Dial("tcp", strings.TrimPrefix(strings.Replace(p.URL, "localhost", "127.0.0.1", 1), "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(connection, request); err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(bufio.NewReader(connection), nil)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		connection.Close()
	}
	for _, seen := range s.take() {
		if strings.Contains(seen.raw, "sk_local") || strings.Contains(seen.raw, "\r\nHost: attacker") || strings.HasPrefix(seen.raw, "TRACE") {
			t.Errorf("the upstream was sent %s", seen.raw)
		}
	}
}

// TestLoginRecordsNoKey is a login that is recorded with a local key in its body, and replayed with any.
func TestLoginRecordsNoKey(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	s.Knows = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/user_management/authenticate" {
			return false
		}
		_, _ = io.WriteString(w, `{"user":{"object":"user","id":"user_1","email":"a@example.com"}}`)
		return true
	}
	folder := t.TempDir()
	seed := filepath.Join(folder, "seed.yaml")
	write(t, seed, mixSeed)
	const login = `{"client_id":"c","client_secret":"%s","grant_type":"password","email":"a@example.com","password":"p"}`
	for _, mode := range []string{"record", "replay"} {
		p := startConfig(t, fmt.Sprintf("http://:{$PORT} {\n\tbind 127.0.0.1\n\tworkos {\n\t\tseed %s\n\t\tupstream %s {\n\t\t\tapi_key {env.WORKOS_API_KEY}\n\t\t\ttls_trust_pool file %s\n\t\t}\n\t\tfixtures %s {\n\t\t\tmode %s\n\t\t}\n\t}\n}\n",
			seed, s.URL, s.CA, filepath.Join(folder, "fixtures"), mode), "WORKOS_API_KEY="+realKey)
		keys := []string{"sk_local_trusted"}
		if mode == "replay" {
			keys = append(keys, "sk_local_customer", "sk_local_expired", "sk_unknown", "sk_test_default")
		}
		for _, key := range keys {
			status, source, body := ask(t, "POST", p.URL+"/user_management/authenticate", "", "application/json", fmt.Sprintf(login, key))
			if want := map[string]string{"record": "upstream", "replay": "fixture"}[mode]; status != 200 || source != want {
				t.Errorf("%s with %s: %d %s %s", mode, key, status, source, body)
			}
		}
		p.stop()
	}
	err := filepath.WalkDir(filepath.Join(folder, "fixtures"), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, secret := range []string{realKey, "sk_local", "exchanged_by"} {
			if strings.Contains(string(text), secret) {
				t.Errorf("%s holds %s: %s", path, secret, text)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
