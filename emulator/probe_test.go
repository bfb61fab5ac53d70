package emulator

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// TestCustomerKeyWithoutANextHandler checks that a customer's key is valid then, as a seed in the WorkOS emulator's format may have no
// other.
func TestCustomerKeyWithoutANextHandler(t *testing.T) {
	t.Parallel()
	for _, request := range []struct {
		method, target, body string
		status               int
	}{
		{"GET", "/organizations/org_NONE", "", 404},
		{"GET", "/connect/applications/client_none", "", 404},
		{"POST", "/organizations", `{"name":"New"}`, 201},
		{"POST", "/api_keys/validations", `{"value":"sk_test_none"}`, 200},
		{"POST", "/organizations/org_NONE/api_keys", `{"name":"k"}`, 404},
		{"POST", "/connect/applications", `{"name":"a","application_type":"m2m","organization_id":"org_NONE"}`, 404},
		{"DELETE", "/api_keys/api_key_NONE", "", 404},
		{"GET", "/vault", "", 501},
	} {
		t.Run(request.method+" "+request.target, func(t *testing.T) {
			t.Parallel()
			f := newServer(t)
			f.send(request.method, request.target, request.body, bearer("sk_test_customer")).want(request.status)
			f.send(request.method, request.target, request.body, bearer("sk_test_expired")).want(401)
			n := &recorder{status: 200, body: `{}`}
			f.next = n
			f.send(request.method, request.target, request.body, bearer("sk_test_customer")).want(401)
			if asked := n.take(); len(asked) > 0 {
				t.Errorf("the next handler was sent %v", asked)
			}
		})
	}
}

// TestProbe has the ways in which the next handler may react to a probe.
func TestProbe(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		next   Next
		status int
	}{
		"nothing":          {func(http.ResponseWriter, *http.Request) error { return nil }, 404},
		"a header only":    {func(w http.ResponseWriter, _ *http.Request) error { w.Header().Set("Server", "x"); return nil }, 404},
		"a static answer":  {func(w http.ResponseWriter, _ *http.Request) error { w.WriteHeader(404); return nil }, 401},
		"a proxy":          {func(_ http.ResponseWriter, r *http.Request) error { return r.Context().Err() }, 401},
		"a failing one":    {func(http.ResponseWriter, *http.Request) error { return errors.New("no") }, 401},
		"an aborting one":  {func(http.ResponseWriter, *http.Request) error { panic(http.ErrAbortHandler) }, 401},
		"one that answers": {func(w http.ResponseWriter, _ *http.Request) error { _, err := w.Write([]byte("x")); return err }, 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newServer(t)
			r := httptest.NewRequest("GET", "/organizations/org_NONE", nil)
			r.Header.Set("Authorization", "Bearer sk_test_customer")
			w := httptest.NewRecorder()
			err := f.Serve(w, r, func(w http.ResponseWriter, r *http.Request) error {
				if !source.IsSealed(r.Context()) || r.Context().Err() == nil || len(r.Header.Values("Authorization")) > 0 {
					t.Error("the request to the next handler is not sealed")
				}
				return test.next(w, r)
			})
			if err != nil || w.Code != test.status {
				t.Errorf("the answer is %d, %v; want %d", w.Code, err, test.status)
			}
		})
	}
}
