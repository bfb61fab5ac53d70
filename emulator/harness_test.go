package emulator

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
	"github.com/caddy-workos/caddy-workos/store"
)

// testSeed has at least one row of each kind.
const testSeed = `
organizations:
  - {id: org_ACME, name: Acme Corp, external_id: acme, domains: [{domain: acme.example, state: verified}], metadata: {tier: gold}}
  - {id: org_OTHER, name: Other Inc}
users:
  - {id: user_ALICE, email: alice@acme.example, first_name: Alice, last_name: Doe, external_id: alice}
connectApplications:
  - {id: conn_app_M2M, name: Backend, organization: Acme Corp, scopes: ["posts:read", "posts:write"], client_id: client_backend, client_secrets: [secret-one, "secret two+100%"], description: The backend}
  - {id: conn_app_AUD, name: Audience, organization: Acme Corp, client_id: client_audience, client_secret: secret-audience, audience: client_ENV, token_ttl: 5m}
  - {id: conn_app_OAUTH, name: Portal, type: oauth, is_first_party: true, client_id: client_portal, client_secret: secret-portal, redirect_uris: [{uri: "https://acme.example/cb", default: true}]}
apiKeys:
  - {id: api_key_ORG, name: CI, organization: Acme Corp, value: sk_test_customer, permissions: ["posts:read"]}
  - {id: api_key_USER, name: Alice's, organization: Acme Corp, user_id: user_ALICE, value: sk_test_alice}
  - {id: api_key_UP, name: Upstream, organization: Acme Corp, value: sk_test_upstream, upstream: true}
  - {id: api_key_OLD, name: Old, organization: Acme Corp, value: sk_test_expired, expires_at: 2020-01-01T00:00:00Z}
`

// acceptedKey is a key that is exchanged for the real one, and may use the emulated endpoints.
const acceptedKey = "sk_live_accepted"

// localSecrets are the secrets that must never be sent.
var localSecrets = []string{
	"secret-one", "secret two", "secret+two", "secret-audience", "secret-portal",
	"sk_test_customer", "sk_test_alice", "sk_test_upstream", "sk_test_expired",
}

var testPrivateKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

var testKey = sync.OnceValue(func() *oauth.SigningKey {
	key, err := oauth.NewSigningKey(testPrivateKey())
	if err != nil {
		panic(err)
	}
	return key
})

// server is an emulator under test.
type server struct {
	*Emulator
	Options // the options that it was made with
	t       testing.TB
	next    http.Handler // may be nil
	now     time.Time
	logs    *observer.ObservedLogs
}

func newServer(t testing.TB, change ...func(*Options)) *server {
	t.Helper()
	core, logs := observer.New(zapcore.DebugLevel)
	f := &server{t: t, now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC), logs: logs}
	parsed, err := seed.Parse("seed.yaml", []byte(testSeed), seed.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		Store: store.New(), Secrets: &guard.Secrets{}, Key: testKey(), AcceptKeys: []string{acceptedKey},
		Keys: &oauth.Keys{}, Documents: &upstream.Documents{}, Faults: &fault.Hooks{}, Random: rand.Reader,
		Logger: zap.New(core), Now: func() time.Time { return f.now },
	}
	for _, c := range change {
		c(&o)
	}
	o.Secrets.Seed(parsed.Secrets())
	err = o.Store.Update(func(tx *store.Txn) error {
		_, err := parsed.Apply(tx, f.now, rand.Reader)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if f.Emulator, err = New(o); err != nil {
		t.Fatal(err)
	}
	f.Options = o
	t.Cleanup(f.Close)
	return f
}

// sendAs sends a request without a key, under a Host and with nothing but the headers given. Without a host, it is the
// emulator's own.
func (f *server) sendAs(method, target, host string, headers http.Header) response {
	f.t.Helper()
	r := httptest.NewRequest(method, "http://emulator.test"+target, nil)
	if host != "" {
		r.Host = host
	}
	maps.Copy(r.Header, headers)
	w := httptest.NewRecorder()
	f.Handler(f.next).ServeHTTP(w, r)
	return response{w, f.t}
}

// response is an answer that has been read.
type response struct {
	*httptest.ResponseRecorder
	t testing.TB
}

// send sends a request with the accepted key, unless the change sets another Authorization.
func (f *server) send(method, target, body string, change ...func(http.Header)) response {
	f.t.Helper()
	r := httptest.NewRequest(method, "http://emulator.test"+target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+acceptedKey)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, c := range change {
		c(r.Header)
	}
	w := httptest.NewRecorder()
	f.Handler(f.next).ServeHTTP(w, r)
	return response{w, f.t}
}

// want fails the test for another status, and returns the body as JSON.
func (r response) want(status int) map[string]any {
	r.t.Helper()
	if r.Code != status {
		r.t.Fatalf("the status is %d, want %d: %s", r.Code, status, r.Body)
	}
	if r.Body.Len() == 0 {
		return nil
	}
	var body map[string]any
	if err := json.Unmarshal(r.Body.Bytes(), &body); err != nil {
		r.t.Fatalf("the body is not a JSON object: %s", r.Body)
	}
	return body
}

// header returns a change of a request's header.
func header(name, value string) func(http.Header) {
	return func(h http.Header) {
		if value == "" {
			h.Del(name)
			return
		}
		h.Set(name, value)
	}
}

func bearer(key string) func(http.Header) { return header("Authorization", "Bearer "+key) }

var anonymous = header("Authorization", "")

// form sends a form to an OAuth endpoint, without any API key.
func (f *server) form(target, body string, change ...func(http.Header)) response {
	f.t.Helper()
	return f.send(http.MethodPost, target, body, append([]func(http.Header){
		anonymous, header("Content-Type", "application/x-www-form-urlencoded"),
	}, change...)...)
}

// recorder is a next handler that stores the requests and always gives the same answer.
type recorder struct {
	mu       sync.Mutex
	requests []recorded
	status   int
	body     string
}

type recorded struct {
	method, uri, authorization, body string
	keyAllowed                       bool
}

func (n *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if source.IsSealed(r.Context()) { // a proxy would fail before it sends anything
		if r.Context().Err() == nil || realkey.GrantOf(r.Context()).Allowed(r) {
			panic("a sealed request could be sent, or may have the real key")
		}
		panic(http.ErrAbortHandler)
	}
	body, _ := io.ReadAll(r.Body)
	n.mu.Lock()
	n.requests = append(n.requests, recorded{
		r.Method, r.URL.RequestURI(), strings.Join(r.Header.Values("Authorization"), "|"), string(body), realkey.GrantOf(r.Context()).Header,
	})
	n.mu.Unlock()
	if n.status != 0 {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(n.status)
		_, _ = io.WriteString(w, n.body)
	}
}

func (n *recorder) take() []recorded {
	n.mu.Lock()
	defer n.mu.Unlock()
	taken := n.requests
	n.requests = nil
	return taken
}
