package integration

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
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
						if said := p.get(t, path, site+".localhost:"+p.port()); !strings.Contains(said, "of-"+site) {
							t.Errorf("%s of %s holds %s", path, site, said)
						}
					}
				}
			}
		})
	}
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
