package integration

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/coreos/go-oidc/v3/oidc"
)

// keysOf is an upstream whose JWKS has one key of its name, and whose other documents name it too. While it is down, it
// answers 503.
func keysOf(t *testing.T, name string) (upstream *httptest.Server, down *atomic.Bool) {
	t.Helper()
	down = &atomic.Bool{}
	upstream = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if down.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = fmt.Fprintf(w, `{"keys":[{"kid":"of-%s","kty":"RSA"}],"registration_endpoint":"https://of-%[1]s"}`, name)
	}))
	t.Cleanup(upstream.Close)
	return upstream, down
}

// get returns the body of a GET by a Host.
func (p *process) get(t *testing.T, path, host string, change ...func(http.Header)) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if host != "" {
		request.Host = host
	}
	for _, f := range change {
		f(request.Header)
	}
	response, err := send(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

var mergedDocuments = []string{
	"/oauth2/jwks", "/sso/jwks/client_X", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server",
	"/user_management/client_X/.well-known/openid-configuration",
}

// TestMixReloadToAnotherUpstream has the documents of the new one at once, and never those of the former.
func TestMixReloadToAnotherUpstream(t *testing.T) {
	t.Parallel()
	one, _ := keysOf(t, "one")
	two, _ := keysOf(t, "two")
	for name, site := range map[string]string{
		"composed":        "workos_emulator\n\treverse_proxy %s",
		"in a handle":     "handle_path /x/* {\n\t\tworkos_emulator\n\t\treverse_proxy %s\n\t}\n\thandle {\n\t\tworkos_emulator\n\t\thandle {\n\t\t\treverse_proxy %[1]s\n\t\t}\n\t}",
		"by a matcher":    "workos_emulator\n\t@none path /none\n\trespond @none none\n\treverse_proxy %s",
		"named, behind":   "workos_emulator\n\tinvoke behind # %s",
		"named, emulator": "invoke emulator\n\treverse_proxy %s",
		"named, both":     "invoke both # %s",
		"short":           "workos {\n\t\tupstream %s\n\t}",
		"short, authkit":  "workos {\n\t\tauthkit %s\n\t}\n\treverse_proxy %[1]s",
		"short, composed": "workos\n\treverse_proxy %s",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := func(upstream string) string {
				named := fmt.Sprintf("&(behind) {\n\treverse_proxy %s\n}\n&(emulator) {\n\tworkos_emulator\n}\n&(both) {\n\troute {\n\t\tworkos_emulator\n\t\treverse_proxy %[1]s\n\t}\n}\n", upstream)
				if !strings.Contains(site, "invoke") {
					named = ""
				}
				return named + fmt.Sprintf("http://localhost:{$PORT} {\n\t"+site+"\n}\n", upstream)
			}
			p := startConfig(t, config(one.URL))
			for _, path := range mergedDocuments {
				if said := p.get(t, path, ""); !strings.Contains(said, "of-one") {
					t.Fatalf("%s holds %s", path, said)
				}
			}
			if err := p.reload(config(two.URL)); err != nil {
				t.Fatal(err)
			}
			for _, path := range mergedDocuments {
				if said := p.get(t, path, ""); !strings.Contains(said, "of-two") || strings.Contains(said, "of-one") {
					t.Errorf("after the reload, %s holds %s", path, said)
				}
			}
		})
	}
}

// TestMixReloadKeepsTheDocuments edits what is not behind the emulator, while the upstream is down.
func TestMixReloadKeepsTheDocuments(t *testing.T) {
	t.Parallel()
	upstream, down := keysOf(t, "one")
	config := fmt.Sprintf("http://localhost:{$PORT} {\n\tworkos_emulator {\n\t\taudience before\n\t}\n\treverse_proxy %s\n}\n", upstream.URL)
	p := startConfig(t, config)
	for _, path := range mergedDocuments {
		p.get(t, path, "")
	}
	down.Store(true)
	if err := p.reload(strings.Replace(config, "before", "after", 1)); err != nil {
		t.Fatal(err)
	}
	for _, path := range mergedDocuments {
		if said := p.get(t, path, ""); !strings.Contains(said, "of-one") {
			t.Errorf("after the reload, %s holds %s", path, said)
		}
	}
}

// TestMixComposedSitesKeepTheirUpstreams shares an instance between sites, in all ways in which they can be told apart.
func TestMixComposedSitesKeepTheirUpstreams(t *testing.T) {
	t.Parallel()
	one, _ := keysOf(t, "one")
	two, _ := keysOf(t, "two")
	for name, config := range map[string]string{
		"hosts":        "http://one.localhost:{$PORT} {\n\tworkos_emulator\n\treverse_proxy %s\n}\nhttp://two.localhost:{$PORT} {\n\tworkos_emulator\n\treverse_proxy %s\n}\n",
		"named routes": "&(shared) {\n\tworkos_emulator\n}\nhttp://one.localhost:{$PORT} {\n\tinvoke shared\n\treverse_proxy %s\n}\nhttp://two.localhost:{$PORT} {\n\tinvoke shared\n\treverse_proxy %s\n}\n",
		"short forms":  "http://one.localhost:{$PORT} {\n\tworkos\n\treverse_proxy %s\n}\nhttp://two.localhost:{$PORT} {\n\tworkos\n\treverse_proxy %s\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startConfig(t, fmt.Sprintf(config, one.URL, two.URL))
			for range 2 {
				for _, path := range mergedDocuments {
					for _, site := range []string{"one", "two"} {
						if said := p.get(t, path, site+".localhost:"+portOf(t, p)); !strings.Contains(said, "of-"+site) {
							t.Errorf("%s of %s holds %s", path, site, said)
						}
					}
				}
			}
		})
	}
}

func portOf(t *testing.T, p *process) string {
	t.Helper()
	u, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port()
}

// TestJWKSComeByThemselvesAfterAFailure starts with an upstream that is down, and reloads meanwhile.
func TestJWKSComeByThemselvesAfterAFailure(t *testing.T) {
	t.Parallel()
	upstream, down := keysOf(t, "one")
	down.Store(true)
	config := fmt.Sprintf("http://localhost:{$PORT} {\n\tworkos {\n\t\tupstream %s\n\t}\n}\n", upstream.URL)
	p := startConfig(t, config)
	for _, path := range mergedDocuments {
		if said := p.get(t, path, ""); strings.Contains(said, "of-one") {
			t.Errorf("%s holds %s", path, said)
		}
	}
	down.Store(false)
	eventually(t, "the upstream's documents", func() bool {
		for _, path := range mergedDocuments {
			if !strings.Contains(p.get(t, path, ""), "of-one") {
				return false
			}
		}
		return true
	})

	down.Store(true)
	q := startConfig(t, config)
	q.get(t, "/oauth2/jwks", "")
	down.Store(false)
	if err := q.reload(strings.Replace(config, "upstream", "audience client_X\n\t\tupstream", 1)); err != nil {
		t.Fatal(err)
	}
	if said := q.get(t, "/oauth2/jwks", ""); !strings.Contains(said, "of-one") {
		t.Errorf("the first answer after a reload is %s", said)
	}
}

// TestDiscoveryKnowsWhereItIs has a client do discovery at each place, which compares the issuer with it.
func TestDiscoveryKnowsWhereItIs(t *testing.T) {
	t.Parallel()
	forwarded := func(h http.Header) {
		h.Set("X-Forwarded-Proto", "https")
		h.Set("X-Forwarded-Host", "auth.example.com")
	}
	prefixed := func(h http.Header) { forwarded(h); h.Set("X-Forwarded-Prefix", "/outer") }
	for name, test := range map[string]struct {
		config, path string
		change       func(http.Header)
		want         string // default: where it is asked
	}{
		"plain":               {"workos", "", nil, ""},
		"handle_path":         {"handle_path /one/* {\n\t\tworkos\n\t}", "/one", nil, ""},
		"nested handle_path":  {"handle_path /one/* {\n\t\thandle_path /two/* {\n\t\t\tworkos_emulator\n\t\t}\n\t}", "/one/two", nil, ""},
		"strip_prefix":        {"uri strip_prefix /one\n\tworkos", "/one", nil, ""},
		"public_url":          {"workos {\n\t\tpublic_url https://auth.example.com/a/\n\t}", "", nil, "https://auth.example.com/a"},
		"public_url composed": {"handle_path /one/* {\n\t\tworkos_emulator {\n\t\t\tpublic_url {$PUBLIC:https://auth.example.com}\n\t\t}\n\t}", "/one", prefixed, "https://auth.example.com"},
		"untrusted":           {"workos", "", prefixed, ""},
		"trusted":             {"workos", "", forwarded, "https://auth.example.com"},
		"trusted, prefix":     {"handle_path /one/* {\n\t\tworkos\n\t}", "/one", prefixed, "https://auth.example.com/outer/one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			global := ""
			if strings.HasPrefix(name, "trusted") {
				global = "{\n\tservers {\n\t\ttrusted_proxies static 127.0.0.0/8 ::1/128\n\t}\n}\n"
			}
			p := startConfig(t, global+"http://localhost:{$PORT} {\n\t"+strings.ReplaceAll(test.config, "workos\n", "workos {\n\t\tseed seed.example.yaml\n\t}\n")+"\n}\n")
			want := test.want
			if want == "" {
				want = p.URL + test.path
			}
			var change []func(http.Header)
			if test.change != nil {
				change = append(change, test.change)
			}
			for _, document := range mergedDocuments[2:] {
				var body map[string]any
				if err := json.Unmarshal([]byte(p.get(t, test.path+document, "", change...)), &body); err != nil {
					t.Fatal(err)
				}
				for member, value := range body {
					text, isText := value.(string)
					if isText && !strings.HasPrefix(text, want) || member == "issuer" && text != want && !strings.HasPrefix(document, "/user_management") {
						t.Errorf("%s: %s is %s, want it at %s", document, member, text, want)
					}
				}
			}
			if test.want == "" && test.change == nil {
				if _, err := oidc.NewProvider(context.WithoutCancel(t.Context()), want); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestPublicURLOfTheCommand(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--issuer", "https://auth.example.com/path"}, {"--public-url", "auth.example.com"}} {
		said, err := runToEnd(t, nil, append([]string{"workos"}, args...)...)
		if err == nil || !strings.Contains(said, args[0]) {
			t.Errorf("%v: %v, %s", args, err, said)
		}
	}
	said, err := runToEnd(t, nil, "workos", "token", "--seed", "seed.example.yaml", "--client-id", "client_local_backend",
		"--public-url", "https://auth.example.com/workos", "--decode")
	if err != nil || !strings.Contains(said, `"iss": "https://auth.example.com/workos"`) {
		t.Errorf("%v: %s", err, said)
	}
}

// newKeyFile writes another signing key, as a tool does that replaces the file.
func newKeyFile(t *testing.T, path string) *oauth.SigningKey {
	t.Helper()
	key, err := oauth.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	pem, err := key.PEM()
	if err != nil {
		t.Fatal(err)
	}
	write(t, path+".new", string(pem))
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	return key
}

// activeAt tells whether introspection and the JWKS of a process accept a token.
func (p *process) activeAt(t *testing.T, token string) bool {
	t.Helper()
	var introspected struct{ Active bool }
	p.form(t, "/oauth2/introspection", url.Values{"token": {token}}, &introspected)
	return introspected.Active && p.verifies(t, token) == nil
}

// TestReloadToAnotherSigningKey changes the key in each way, with an unchanged Caddyfile where that is possible.
func TestReloadToAnotherSigningKey(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ before, after string }{
		"path":                 {"signing_key %s", "signing_key %s"},
		"placeholder":          {"signing_key {file.%s}", "signing_key {file.%s}"},
		"path in a variable":   {"signing_key {env.KEY_FILE}", "signing_key {env.KEY_FILE}"},
		"made at the start":    {"# %s", "signing_key %s"},
		"back to the made one": {"signing_key %s", "# %s"},
	} {
		for _, form := range []string{"workos", "workos_emulator"} {
			t.Run(name+", "+form, func(t *testing.T) {
				t.Parallel()
				file := filepath.Join(t.TempDir(), "key.pem")
				newKeyFile(t, file)
				config := func(option string) string {
					option = strings.ReplaceAll(option, "{env.KEY_FILE}", file)
					if strings.Contains(option, "%s") {
						option = fmt.Sprintf(option, file)
					}
					return fmt.Sprintf("http://localhost:{$PORT} {\n\t%s {\n\t\tseed seed.example.yaml\n\t\tissuer %s\n\t\t%s\n\t}\n}\n", form, replicaIssuer, option)
				}
				p := startConfig(t, config(test.before))
				token, keys := p.token(t), p.get(t, "/oauth2/jwks", "")
				newKeyFile(t, file)
				if err := p.reload(config(test.after)); err != nil {
					t.Fatal(err)
				}
				another := p.token(t)
				if kid(another) == kid(token) {
					t.Error("the key is still the old one")
				}
				if p.get(t, "/oauth2/jwks", "") == keys || !p.activeAt(t, token) || !p.activeAt(t, another) {
					t.Errorf("the tokens are good: %t, %t", p.activeAt(t, token), p.activeAt(t, another))
				}
			})
		}
	}
}

// kid is the header of a token, which has its kid.
func kid(token string) string {
	header, _, _ := strings.Cut(token, ".")
	return header
}

// TestReplicasFollowAnotherKey replaces the key in the storage of two replicas. Neither needs a reload, and each token that
// either has signed is good on both all the time.
func TestReplicasFollowAnotherKey(t *testing.T) {
	t.Parallel()
	storage := filepath.Join(t.TempDir(), "shared")
	replicas := []*process{startConfig(t, replicaConfig(storage)), startConfig(t, replicaConfig(storage))}
	tokens := []string{replicas[0].token(t), replicas[1].token(t)}
	for range 2 {
		before := kid(tokens[len(tokens)-1])
		newKeyFile(t, filepath.Join(storage, "workos/default/signing_key.pem"))
		for _, p := range replicas {
			eventually(t, "a token of the new key", func() bool {
				token := p.token(t)
				tokens = append(tokens, token)
				return kid(token) != before
			})
		}
		for _, p := range replicas {
			for _, token := range []string{tokens[0], tokens[1], tokens[len(tokens)-1]} {
				eventually(t, "both replicas to accept a token", func() bool { return p.activeAt(t, token) })
			}
		}
	}
	late := startConfig(t, replicaConfig(storage))
	for i, token := range tokens {
		if !late.activeAt(t, token) {
			t.Errorf("a replica that was started later does not accept token %d", i)
		}
	}
}
