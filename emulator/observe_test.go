package emulator

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// watcher is an observer that stores its calls.
type watcher struct {
	mu    sync.Mutex
	calls []string
	took  time.Duration // of the last call of UpstreamAnswered
}

func (w *watcher) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, fmt.Sprintf(format, args...))
}

func (w *watcher) Answered(_ *http.Request, o Outcome) {
	w.note("%s from %q: %d, %v", o.Route, o.Source, o.Status, o.Err)
}
func (w *watcher) TokenIssued()             { w.note("issued") }
func (w *watcher) TokenRefused(code string) { w.note("refused: %s", code) }
func (w *watcher) UpstreamAnswered(source string, took time.Duration) {
	w.note("upstream: %s", source)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.took = took
}

// take returns the calls since take was last called.
func (w *watcher) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	calls := w.calls
	w.calls = nil
	return calls
}

func watched(t *testing.T) (*server, *watcher) {
	t.Helper()
	w := &watcher{}
	return newServer(t, func(o *Options) { o.Observer = w }), w
}

func TestObserverOfAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method, path, body string
		next               http.HandlerFunc // nil for none
		want               []string
	}{
		"emulated":        {"GET", "/organizations/org_ACME", "", nil, []string{`GET /organizations/{id} from "emulator": 200, <nil>`}},
		"a HEAD":          {"HEAD", "/organizations/org_ACME", "", nil, []string{`GET /organizations/{id} from "emulator": 200, <nil>`}},
		"not found":       {"GET", "/organizations/org_NONE", "", nil, []string{`GET /organizations/{id} from "emulator": 404, <nil>`}},
		"another method":  {"BREW", "/oauth2/token", "", nil, []string{`other from "emulator": 405, <nil>`}},
		"another path":    {"GET", "/vault/sk_live_theirs?key=sk_live_theirs", "", nil, []string{`other from "emulator": 501, <nil>`}},
		"a slash more":    {"GET", "/organizations/", "", nil, []string{`other from "emulator": 501, <nil>`}},
		"a health check":  {"GET", "/health", "", nil, nil},
		"test API is off": {"GET", "/_emulate/hooks", "", nil, []string{`other from "emulator": 404, <nil>`}},
		"a local secret":  {"GET", "/vault/secret-one", "", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, []string{`other from "emulator": 403, <nil>`}},
		"none to be sent": {"GET", "/vault/secret-one", "", nil, []string{`other from "emulator": 501, <nil>`}},
		"passed on":       {"GET", "/vault", "", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, []string{"upstream: upstream", `other from "upstream": 204, <nil>`}},
		"a body only":     {"GET", "/vault", "", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("x")) }, []string{"upstream: upstream", `other from "upstream": 200, <nil>`}},
		"replayed": {"GET", "/vault", "", func(w http.ResponseWriter, r *http.Request) {
			source.Set(r.Context(), source.Fixture)
			w.WriteHeader(200)
		}, []string{"upstream: fixture", `other from "fixture": 200, <nil>`}},
		"merged": {"GET", "/organizations", "", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"object":"list","data":[],"list_metadata":{"before":null,"after":null}}`))
		}, []string{"upstream: upstream", `GET /organizations from "merged": 200, <nil>`}},
		"a panic":           {"GET", "/vault", "", func(http.ResponseWriter, *http.Request) { panic("secret-one") }, []string{`other from "emulator": 500, <nil>`}},
		"a public document": {"GET", "/oauth2/jwks", "", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"keys":[]}`)) }, []string{"upstream: upstream", `GET /oauth2/jwks from "merged": 200, <nil>`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, w := watched(t)
			if test.next != nil {
				f.next = test.next
			}
			f.send(test.method, test.path, test.body)
			if got := w.take(); !slices.Equal(got, test.want) {
				t.Errorf("the calls are %q, want %q", got, test.want)
			}
		})
	}
}

func TestObserverOfDurations(t *testing.T) {
	t.Parallel()
	f, w := watched(t)
	var inside time.Duration
	f.next = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		begin := time.Now()
		w.WriteHeader(204)
		inside = time.Since(begin)
	})
	begin := time.Now()
	f.send("GET", "/vault", "")
	if outside := time.Since(begin); w.took < inside || w.took > outside {
		t.Errorf("it took %s, want between %s and %s", w.took, inside, outside)
	}
}

func TestObserverOfFailures(t *testing.T) {
	t.Parallel()
	f, w := watched(t)
	failure := errors.New("no route to host")
	r := httptest.NewRequest("GET", "http://emulator.test/vault", nil)
	if err := f.Serve(httptest.NewRecorder(), r, func(http.ResponseWriter, *http.Request) error { return failure }); err != failure {
		t.Fatal(err)
	}
	want := []string{"upstream: upstream", `other from "": 0, no route to host`}
	if got := w.take(); !slices.Equal(got, want) {
		t.Errorf("the calls are %q, want %q", got, want)
	}

	f.next = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	func() {
		defer func() { _ = recover() }()
		f.send("GET", "/vault", "")
	}()
	if got, want := w.take(), []string{`other from "": 0, <nil>`}; !slices.Equal(got, want) {
		t.Errorf("of a dropped connection the calls are %q, want %q", got, want)
	}
}

func TestObserverOfFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		hook fault.Hook
		want []string
	}{
		"a status":     {fault.Hook{Status: 503}, []string{"refused: temporarily_unavailable", `POST /oauth2/token from "fault": 503, <nil>`}},
		"a drop":       {fault.Hook{Abort: true}, []string{`POST /oauth2/token from "fault": 0, <nil>`}},
		"a delay only": {fault.Hook{Delay: time.Second}, []string{"refused: invalid_client", `POST /oauth2/token from "emulator": 401, <nil>`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var waited []time.Duration
			test.hook.Method, test.hook.Path, test.hook.Count = "*", "*", 1
			w := &watcher{}
			f := newServer(t, withHooks(&waited, test.hook), func(o *Options) { o.Observer = w })
			func() {
				defer func() { _ = recover() }()
				f.form("/oauth2/token", "grant_type=client_credentials&client_id=client_backend&client_secret=wrong")
			}()
			if got := w.take(); !slices.Equal(got, test.want) {
				t.Errorf("the calls are %q, want %q", got, test.want)
			}
		})
	}
}

func TestObserverOfTokens(t *testing.T) {
	t.Parallel()
	for form, want := range map[string]string{
		"grant_type=client_credentials&client_id=client_backend&client_secret=secret-one":               "issued",
		"grant_type=client_credentials&client_id=client_backend&client_secret=wrong":                    "refused: invalid_client",
		"grant_type=client_credentials&client_id=client_unknown&client_secret=wrong":                    "refused: invalid_client",
		"grant_type=client_credentials&client_id=client_backend&client_secret=secret-one&scope=x":       "refused: invalid_scope",
		"grant_type=refresh_token&client_id=client_backend&client_secret=secret-one":                    "refused: unauthorized_client",
		"grant_type=magic&client_id=client_backend&client_secret=secret-one":                            "refused: unsupported_grant_type",
		"client_id=client_backend&client_secret=secret-one":                                             "refused: invalid_request",
		"grant_type=client_credentials&client_id=client_backend&client_id=client_backend&client_secret": "refused: invalid_request",
	} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			f, w := watched(t)
			f.form("/oauth2/token", form)
			got := w.take()
			if len(got) != 2 || got[0] != want || !strings.HasPrefix(got[1], "POST /oauth2/token from ") {
				t.Errorf("the calls are %q, want %q first", got, want)
			}
		})
	}
	t.Run("introspection is none", func(t *testing.T) {
		t.Parallel()
		f, w := watched(t)
		f.form("/oauth2/introspection", "client_id=client_backend&client_secret=wrong&token=x")
		if got, want := w.take(), []string{`POST /oauth2/introspection from "emulator": 401, <nil>`}; !slices.Equal(got, want) {
			t.Errorf("the calls are %q, want %q", got, want)
		}
	})
}
