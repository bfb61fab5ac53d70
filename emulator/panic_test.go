package emulator

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// TestPanicInTheNextHandler has a panic for each kind of request to it: the caller's, one for a list, and one for an owner.
func TestPanicInTheNextHandler(t *testing.T) {
	t.Parallel()
	for name, request := range map[string]struct{ method, path, body string }{
		"passed on": {"GET", "/vault", ""},
		"list":      {"GET", "/organizations", ""},
		"owner":     {"POST", "/organizations/org_REAL/api_keys", keyBody},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, key := newServer(t), header("Idempotency-Key", "k")
			f.next = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret-one") })
			got := f.send(request.method, request.path, request.body, key)
			if body := got.want(500); body["code"] != "internal_server_error" || strings.Contains(got.Body.String(), "secret-one") {
				t.Error(body)
			}
			if panics := f.logs.FilterMessage("a handler panicked").All(); len(panics) != 1 || strings.Contains(fmt.Sprint(panics[0].ContextMap()), "secret-one") {
				t.Errorf("the log says %v", panics)
			}
			f.next = &recorder{status: 200, body: `{}`}
			if request.body != "" { // the Idempotency-Key is not left locked
				f.send(request.method, request.path, request.body, key).want(201)
			}
		})
	}
}

// TestAbortPasses checks that http.ErrAbortHandler drops the connection, for each kind of request to the next handler.
func TestAbortPasses(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/vault", "/organizations"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			f := newServer(t)
			f.next = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
			defer func() {
				if failure := recover(); failure != http.ErrAbortHandler {
					t.Errorf("what comes out is %v", failure)
				}
			}()
			r := f.send("GET", path, "")
			t.Errorf("it is answered: %d", r.Code)
		})
	}
}

// faulty is a source of randomness that can be made to fail once.
type faulty struct{ next atomic.Pointer[func() error] }

func (s *faulty) Read(p []byte) (int, error) {
	if fail := s.next.Swap(nil); fail != nil {
		if err := (*fail)(); err != nil {
			return 0, err
		}
	}
	return rand.Read(p)
}

// TestOwnFailuresAreNotFatal has a handler fail while an Idempotency-Key is locked. Nothing may be stored, and the same request must succeed
// when it is repeated.
func TestOwnFailuresAreNotFatal(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func() error{
		"panic": func() error { panic("secret-one") },
		"error": func() error { return errors.New("no entropy") },
	} {
		for path, body := range map[string]string{
			keysPath:                "{\"name\":\"x\"}",
			"/connect/applications": `{"name":"New","application_type":"m2m","organization_id":"org_ACME"}`,
			"/connect/applications/client_backend/client_secrets": "",
			"/organizations": `{"name":"New"}`,
			"/oauth2/token":  clientForm,
		} {
			t.Run(name+" "+path, func(t *testing.T) {
				t.Parallel()
				source := &faulty{}
				f := newServer(t, func(o *Options) { o.Random = source })
				before := f.keyCount()
				send := func() response {
					if path == "/oauth2/token" {
						return f.form(path, body)
					}
					return f.send("POST", path, body, header("Idempotency-Key", "k"))
				}
				source.next.Store(&fail)
				got := send().want(500)
				if path == "/oauth2/token" && got["error"] != "server_error" || strings.Contains(fmt.Sprint(got), "secret-one") {
					t.Error(got)
				}
				if f.keyCount() != before {
					t.Error("something was made")
				}
				if r := send(); r.Code/100 != 2 {
					t.Errorf("the next time it is %d %s", r.Code, r.Body)
				}
			})
		}
	}
}

func TestPanicIsNotAnsweredAsSuccess(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	f.next = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret-one") })
	if got := f.send("GET", "/vault", "").want(500); got["code"] != "internal_server_error" {
		t.Error(got)
	}
	f.send("GET", "/oauth2/jwks", "").want(200)

	f.next = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half"))
		panic("secret-one")
	})
	server := httptest.NewServer(f.Handler(f.next))
	defer server.Close()
	if response, err := http.Get(server.URL + "/vault"); err == nil {
		response.Body.Close()
		t.Errorf("half an answer came whole: %s", response.Status)
	}
}
