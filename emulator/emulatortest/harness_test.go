package emulatortest_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/emulatortest"
)

// maxWait is how long a test waits for what ought to happen at once.
const maxWait = 10 * time.Second

// testSeed has one of everything that a test wants to find.
const testSeed = `
organizations:
  - {id: org_acme, name: Acme, external_id: acme}
connectApplications:
  - {id: conn_app_backend, name: Backend, organization: Acme, client_id: client_backend, client_secret: s3cret, scopes: ["posts:read", "posts:write"]}
apiKeys:
  - {id: api_key_ci, name: CI, organization: Acme, value: sk_test_ci, upstream: true}
  - {id: api_key_old, name: Old, organization: Acme, value: sk_test_old, expires_at: 2030-01-01T00:00:00Z}
`

// beginning is what the clock of tests shows at first.
var beginning = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// spy is a test that keeps what it is told.
type spy struct {
	t *testing.T

	mu                   sync.Mutex
	errors, logs, fatals []string
}

func (s *spy) Helper()          {}
func (s *spy) Cleanup(f func()) { s.t.Cleanup(f) }

func (s *spy) Logf(format string, args ...any)   { s.keep(&s.logs, format, args) }
func (s *spy) Errorf(format string, args ...any) { s.keep(&s.errors, format, args) }

func (s *spy) Fatalf(format string, args ...any) {
	s.keep(&s.fatals, format, args)
	runtime.Goexit()
}

func (s *spy) keep(into *[]string, format string, args []any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*into = append(*into, fmt.Sprintf(format, args...))
}

// told returns what Errorf has been told so far.
func (s *spy) told() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.errors...)
}

// fatal runs what ought to end a test, and returns what it ended the test with.
func (s *spy) fatal(f func()) string {
	s.t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	<-done
	if len(s.fatals) != 1 {
		s.t.Fatalf("the test was ended by %q", s.fatals)
	}
	return s.fatals[0]
}

// newServer starts a server with the test's seed.
func newServer(t emulatortest.TB, options ...emulatortest.Option) *emulatortest.Server {
	return emulatortest.New(t, append([]emulatortest.Option{
		emulatortest.Seed(testSeed), emulatortest.StartAt(beginning), emulatortest.AcceptKey("sk_live_accepted"),
	}, options...)...)
}

// send sends a request with an API key, unless that is empty, and returns the answer's status, source and body.
func send(t testing.TB, srv *emulatortest.Server, method, target, key, body string, change ...func(*http.Request)) (int, string, map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, srv.URL+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, c := range change {
		c(r)
	}
	response, err := srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if len(text) > 0 {
		if err := json.Unmarshal(text, &object); err != nil {
			t.Fatalf("the answer to %s %s is %s", method, target, text)
		}
	}
	return response.StatusCode, response.Header.Get("X-Workos-Source"), object
}

// validates tells whether an API key is valid.
func validates(t testing.TB, srv *emulatortest.Server, value string) bool {
	t.Helper()
	status, _, answer := send(t, srv, "POST", "/api_keys/validations", "sk_live_accepted", `{"value":"`+value+`"}`)
	if status != http.StatusOK {
		t.Fatalf("the validation is answered with %d %v", status, answer)
	}
	return answer["api_key"] != nil
}

// standIn is a WorkOS that answers always the same, and keeps what it was asked.
type standIn struct {
	*httptest.Server
	mu    sync.Mutex
	asked []*http.Request
}

func newStandIn(t testing.TB, body string) *standIn {
	t.Helper()
	s := &standIn{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r)
		s.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/oauth2/jwks" {
			_, _ = io.WriteString(w, theirKey().jwks())
			return
		}
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return s
}

// take returns what was asked, and forgets it.
func (s *standIn) take() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = nil
	return asked
}

// save writes a fixture by hand.
func save(t testing.TB, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// theirs is a key of WorkOS's.
type theirs struct{ *rsa.PrivateKey }

var theirKey = sync.OnceValue(func() theirs {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return theirs{key}
})

func (k theirs) jwks() string {
	encoded := base64.RawURLEncoding.EncodeToString
	return fmt.Sprintf(`{"keys":[{"kty":"RSA","alg":"RS256","use":"sig","kid":"theirs","n":%q,"e":"AQAB"}]}`, encoded(k.N.Bytes()))
}

func (k theirs) sign(claims string) string {
	encoded := base64.RawURLEncoding.EncodeToString
	signed := encoded([]byte(`{"alg":"RS256","kid":"theirs"}`)) + "." + encoded([]byte(claims))
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(nil, k.PrivateKey, crypto.SHA256, digest[:])
	if err != nil {
		panic(err)
	}
	return signed + "." + encoded(signature)
}
