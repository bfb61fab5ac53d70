package integration

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// witness is an upstream that keeps the requests for each document, as they came but for their path.
type witness struct {
	*httptest.Server
	mu   sync.Mutex
	seen map[string][]string
}

// newWitness serves keys whose kid is the Host that it was asked by.
func newWitness(t *testing.T, overTLS bool) *witness {
	t.Helper()
	w := &witness{seen: map[string][]string{}}
	w.Server = newServer(t, func(answer http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		raw, _ := httputil.DumpRequest(r, true)
		w.mu.Lock()
		w.seen[path] = append(w.seen[path], strings.Replace(string(raw), path, "/PATH", 1))
		w.mu.Unlock()
		_, _ = io.WriteString(answer, `{"keys":[{"kid":"`+r.Host+`","kty":"RSA"}]}`)
	})
	if overTLS {
		w.EnableHTTP2 = true
		w.StartTLS()
	} else {
		w.Start()
	}
	return w
}

// TestMixSharedFetchTellsNothingOfItsCaller has callers who have nothing in common name a document each. The upstream must
// not see any difference, and must be asked by its own name.
func TestMixSharedFetchTellsNothingOfItsCaller(t *testing.T) {
	t.Parallel()
	plain, secure := newWitness(t, false), newWitness(t, true)
	for name, test := range map[string]struct {
		upstream *witness
		proxy    string
		host     string // that the upstream is asked by; default: its own
	}{
		"http":               {plain, "reverse_proxy %s", ""},
		"transport workos":   {plain, "reverse_proxy %s {\n\t\ttransport workos\n\t}", ""},
		"direct":             {plain, "reverse_proxy %s {\n\t\ttransport workos {\n\t\t\tdirect\n\t\t}\n\t}", ""},
		"header_up":          {plain, "reverse_proxy %s {\n\t\theader_up Host fixed.example\n\t}", "fixed.example"},
		"caller's Host":      {plain, "reverse_proxy %s {\n\t\theader_up Host {host}\n\t}", ""},
		"upstream's Host":    {plain, "reverse_proxy %s {\n\t\theader_up Host {upstream_hostport}\n\t\ttransport workos\n\t}", ""},
		"trusted":            {plain, "reverse_proxy %s {\n\t\ttrusted_proxies 0.0.0.0/0 ::/0\n\t}", ""},
		"every placeholder":  {plain, "vars who {query.who}\n\treverse_proxy %s {\n\t\theader_up X-Who \"{vars.who}{query.who}{remote_host}{client_ip}{scheme}{http.request.local}{http.request.proto}{http.request.tls.server_name}{http.request.orig_uri.query}{http.request.header.X-Anything}\"\n\t}", ""},
		"TLS":                {secure, "reverse_proxy %s {\n\t\ttransport http {\n\t\t\ttls_insecure_skip_verify\n\t\t}\n\t}", ""},
		"TLS, HTTP/1":        {secure, "reverse_proxy %s {\n\t\ttransport workos {\n\t\t\ttls_insecure_skip_verify\n\t\t\tversions 1.1\n\t\t}\n\t}", ""},
		"TLS, caller's Host": {secure, "reverse_proxy %s {\n\t\theader_up Host {host}\n\t\ttransport workos {\n\t\t\ttls_insecure_skip_verify\n\t\t}\n\t}", ""},
		"short form":         {plain, "workos {\n\t\tupstream %s\n\t}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			securePort := freePort(t)
			handler := fmt.Sprintf(test.proxy, test.upstream.URL)
			if !strings.Contains(handler, "workos {\n\t\tupstream") {
				handler = "workos_emulator\n\t" + handler
			}
			p := launchConfig(t, fmt.Sprintf(`{
	skip_install_trust
	servers {
		trusted_proxies static private_ranges
		protocols h1 h2 h2c
	}
}
http://:{$PORT}, https://localhost:%d {
	tls internal
	%s
}
`, securePort, handler))
			secureURL := fmt.Sprintf("https://localhost:%d", securePort)
			callers := sharedFetchCallers(secureURL)
			for client, url := range map[*http.Client]string{http.DefaultClient: p.URL, overTLS: secureURL} {
				eventually(t, "the site to answer", func() bool {
					response, err := client.Get(url + "/health")
					if err != nil {
						return false
					}
					response.Body.Close()
					return true
				})
			}
			want := strings.TrimPrefix(strings.TrimPrefix(test.upstream.URL, "https://"), "http://")
			if test.host != "" {
				want = test.host
			}
			var first string
			for i, caller := range callers {
				path := fmt.Sprintf("/sso/jwks/%s%d", filepath.Base(strings.Map(letters, t.Name())), i)
				request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, p.URL+path, nil)
				client := caller(request)
				said := receiveBy(t, client, request).body
				if !strings.Contains(said, `"kid":"`+want+`"`) {
					t.Errorf("caller %d is given %s\nwant the keys of %s", i, said, want)
				}
				test.upstream.mu.Lock()
				seen := strings.Join(test.upstream.seen[path], "\n")
				test.upstream.mu.Unlock()
				if first == "" {
					first = seen
				}
				if seen != first || seen == "" || strings.Contains(seen, "X-Forwarded-") || strings.Contains(seen, "attacker") {
					t.Errorf("for caller %d the upstream was asked\n%s\nfor the first one\n%s", i, seen, first)
				}
			}
		})
	}
}

// letters keeps what a client id may consist of.
func letters(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
		return r
	}
	return -1
}

var (
	// overTLS is a client of sites whose certificates are not verified.
	overTLS = &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true, ServerName: "localhost"}, ForceAttemptHTTP2: true,
	}}
	overHTTP2 = func() *http.Client {
		var protocols http.Protocols
		protocols.SetUnencryptedHTTP2(true)
		return &http.Client{Transport: &http.Transport{Protocols: &protocols}}
	}()
)

// sharedFetchCallers change a request, and return the client to send it by.
func sharedFetchCallers(secure string) []func(*http.Request) *http.Client {
	return []func(*http.Request) *http.Client{
		func(*http.Request) *http.Client { return http.DefaultClient },
		func(r *http.Request) *http.Client { r.Host = "attacker.example"; return http.DefaultClient },
		func(r *http.Request) *http.Client { r.Host = "attacker.example:81"; return overHTTP2 },
		func(r *http.Request) *http.Client {
			for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Anything", "User-Agent", "Via"} {
				r.Header.Set(name, "attacker")
			}
			return http.DefaultClient
		},
		func(r *http.Request) *http.Client { r.URL.RawQuery = "who=attacker"; return http.DefaultClient },
		func(r *http.Request) *http.Client { return overHTTP2 },
		func(r *http.Request) *http.Client {
			r.URL, _ = r.URL.Parse(secure + r.URL.Path + "?who=attacker")
			r.Host = r.URL.Host
			return overTLS
		},
	}
}

// TestMixSitesOfOneInstanceKeepTheirUpstreams shares an instance between two short forms of different upstreams.
func TestMixSitesOfOneInstanceKeepTheirUpstreams(t *testing.T) {
	t.Parallel()
	one, two := newWitness(t, false), newWitness(t, false)
	p := startConfig(t, fmt.Sprintf(`http://localhost:{$PORT} {
	handle_path /one/* {
		workos {
			upstream %s
		}
	}
	handle_path /two/* {
		workos {
			upstream %s
		}
	}
	handle {
		workos {
			upstream %[1]s
			authkit %[2]s
		}
	}
}
`, one.URL, two.URL))
	for _, document := range []string{"/oauth2/jwks", "/sso/jwks/client_X"} {
		third := map[string]*witness{"/oauth2/jwks": two, "/sso/jwks/client_X": one}[document]
		for prefix, want := range map[string]*witness{"/one": one, "/two": two, "": third} {
			if said := p.body(t, prefix+document); !strings.Contains(said, strings.TrimPrefix(want.URL, "http://")) {
				t.Errorf("%s%s holds %s", prefix, document, said)
			}
		}
	}
}
