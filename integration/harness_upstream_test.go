package integration

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// realKey is the API key that only the stand-in and the proxy's configuration know.
const realKey = "sk_live_THE_REAL_ONE"

// standIn is a WorkOS that remembers every request, byte for byte.
type standIn struct {
	*httptest.Server
	CA    string                                            // the path of its certificate
	Knows func(w http.ResponseWriter, r *http.Request) bool // answers what it knows beyond the usual; may be nil

	mu       sync.Mutex
	requests []seen
}

type seen struct{ line, authorization, raw string }

// newStandIn serves over TLS. It knows an organization, a user, and whatever is under /echo and /fail.
func newStandIn(t *testing.T) *standIn {
	t.Helper()
	s := &standIn{}
	s.Server = newServer(t, s.serve)
	s.StartTLS()
	s.CA = filepath.Join(t.TempDir(), "ca.pem")
	write(t, s.CA, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})))
	return s
}

// newServer is a server that is not started, ends with the test, and prints nothing where a client goes away.
func newServer(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(server.Close)
	return server
}

func (s *standIn) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/upload" { // too much to remember
		n, _ := io.Copy(io.Discard, r.Body)
		_ = json.NewEncoder(w).Encode(map[string]any{"bytes": n})
		return
	}
	raw, _ := httputil.DumpRequest(r, true)
	s.mu.Lock()
	s.requests = append(s.requests, seen{r.Method + " " + r.URL.RequestURI(), r.Header.Get("Authorization"), string(raw)})
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if s.Knows != nil && s.Knows(w, r) {
		return
	}
	list := func(items string) string {
		return `{"object":"list","data":[` + items + `],"list_metadata":{"before":null,"after":null}}`
	}
	switch path := r.URL.Path; {
	case path == "/oauth2/jwks":
		_, _ = io.WriteString(w, `{"keys":[{"kid":"theirs","kty":"RSA","alg":"RS256","use":"sig","n":"AQAB","e":"AQAB"}]}`)
	case path == "/.well-known/openid-configuration":
		_, _ = io.WriteString(w, `{"issuer":"https://theirs.example","authorization_endpoint":"https://theirs.example/oauth2/authorize","token_endpoint":"https://theirs.example/oauth2/token"}`)
	case path == "/organizations", path == "/connect/applications", path == "/user_management/users":
		_, _ = io.WriteString(w, list(`{"id":"theirs_1","object":"x","name":"Theirs"}`))
	case path == "/organizations/org_REAL", path == "/user_management/users/user_REAL", path == "/api_keys/validations", path == "/oauth2/token",
		path == "/oauth2/introspection", strings.HasPrefix(path, "/echo"):
		_, _ = io.WriteString(w, `{"theirs":true}`)
	case path == "/organizations/org_REAL/api_keys":
		_, _ = io.WriteString(w, list(`{"id":"api_key_THEIRS","object":"api_key","name":"Theirs"}`))
	default:
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"message":"not found by the real one","code":"entity_not_found"}`)
	}
}

// take returns what was asked since it was last called.
func (s *standIn) take() []seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.requests
	s.requests = nil
	return taken
}
