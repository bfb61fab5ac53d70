package emulator

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/store"
)

const (
	authenticatePath = "/user_management/authenticate"
	localPage        = "http://localhost:3000"
)

// newBrowserServer returns a server whose login routes answer here where the request has X-Local, with a 400 where that is `bad`, and
// pass any other request on.
func newBrowserServer(t *testing.T, enabled bool, change ...func(*Options)) *server {
	t.Helper()
	f := newServer(t, change...)
	serve := func(r *api.Request) (api.Answer, error) {
		if r.Header().Get("X-Local") == "bad" {
			return api.Answer{}, api.InvalidRequest("The request is bad.")
		}
		return api.OK(map[string]string{"access_token": "x"})
	}
	local := func(r *api.Request) (bool, error) { return r.Header().Get("X-Local") != "", nil }
	route := func(method, pattern string) api.Route {
		return api.Route{Method: method, Pattern: pattern, Rule: api.ByCredentials, Local: local, Serve: serve, Unanswered: serve}
	}
	f.router = api.NewRouter([]api.Group{{Name: "login", Routes: []api.Route{
		route("POST", authenticatePath), route("POST", "/x/authkit/users/authenticate"), route("GET", "/user_management/authorize"),
	}}}, func(string) bool { return enabled })
	return f
}

// fromPage sends a request as a page of an origin does.
func (f *server) fromPage(method, target, from string, headers map[string]string) response {
	f.t.Helper()
	r := httptest.NewRequest(method, "http://emulator.test"+target, strings.NewReader("{}"))
	r.Header.Set("Origin", from)
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	f.Handler(f.next).ServeHTTP(w, r)
	return response{w, f.t}
}

// TestPagesReadAnswersOfAuthenticate checks every way in which authenticate is answered.
func TestPagesReadAnswersOfAuthenticate(t *testing.T) {
	t.Parallel()
	fails := func(o *Options) {
		o.Faults.Seed([]fault.Hook{{Method: "POST", Path: authenticatePath, Status: 503}})
	}
	for name, test := range map[string]struct {
		change  []func(*Options)
		next    http.Handler
		headers map[string]string
		status  int
		source  string
	}{
		"answered here":      {nil, nil, map[string]string{"X-Local": "yes"}, 200, "emulator"},
		"an error here":      {nil, nil, map[string]string{"X-Local": "bad"}, 400, "emulator"},
		"no next handler":    {nil, nil, nil, 200, "emulator"},
		"a key that expired": {nil, nil, map[string]string{"Authorization": "Bearer sk_test_expired"}, 401, "emulator"},
		"passed on":          {nil, &recorder{status: 200, body: "{}"}, nil, 200, "upstream"},
		"an upstream error":  {nil, &recorder{status: 403, body: "{}"}, nil, 403, "upstream"},
		"a local secret":     {nil, &recorder{status: 200, body: "{}"}, map[string]string{"X-Mine": "sk_test_customer"}, 403, "emulator"},
		"a hook":             {[]func(*Options){fails}, nil, map[string]string{"X-Local": "yes"}, 503, "fault"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, target := range []string{authenticatePath, "/x/authkit/users/authenticate"} {
				if name == "a hook" && target != authenticatePath {
					continue
				}
				f := newBrowserServer(t, true, test.change...)
				f.next = test.next
				r := f.fromPage("POST", target, localPage, test.headers)
				if r.Code != test.status || r.Header().Get("X-Workos-Source") != test.source {
					t.Fatalf("%d by %q: %s", r.Code, r.Header().Get("X-Workos-Source"), r.Body)
				}
				if got := r.Header().Values("Access-Control-Allow-Origin"); len(got) != 1 || got[0] != localPage {
					t.Errorf("the page may not read it: %q", got)
				}
				if r.Header().Get("Access-Control-Allow-Credentials") != "" || !strings.Contains(strings.Join(r.Header().Values("Vary"), ","), "Origin") {
					t.Errorf("the answer has %v", r.Header())
				}
				if other := f.fromPage("POST", target, "https://evil.example", test.headers); other.Header().Get("Access-Control-Allow-Origin") != "" {
					t.Errorf("a page of another site may read it: %v", other.Header())
				}
			}
		})
	}
}

// TestPagesMayBeListed: then those of this machine are not allowed any more.
func TestPagesMayBeListed(t *testing.T) {
	t.Parallel()
	f := newBrowserServer(t, true, func(o *Options) { o.CORSOrigins = []string{"https://App.example/"} })
	local := map[string]string{"X-Local": "yes"}
	r := f.fromPage("POST", authenticatePath, "https://app.example", local)
	if r.Header().Get("Access-Control-Allow-Origin") != "https://app.example" || r.Header().Get("Access-Control-Allow-Credentials") != "true" {
		t.Errorf("a listed page: %v", r.Header())
	}
	if r := f.fromPage("POST", authenticatePath, localPage, local); r.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("a page of this machine: %v", r.Header())
	}
	o := f.Options
	o.CORSOrigins = []string{"*"}
	if _, err := New(o); err == nil || !strings.Contains(err.Error(), "CORSOrigins") {
		t.Errorf("a wildcard: %v", err)
	}
}

// TestPagesMayBeSeeded: an origin of the seed is one that is listed, and a deleted one is none.
func TestPagesMayBeSeeded(t *testing.T) {
	t.Parallel()
	f := newBrowserServer(t, true)
	const from = "https://seeded.example"
	allowed := func(origin string) bool {
		r := f.fromPage("POST", authenticatePath, origin, map[string]string{"X-Local": "yes"})
		return r.Header().Get("Access-Control-Allow-Origin") == origin && r.Header().Get("Access-Control-Allow-Credentials") == "true"
	}
	if allowed(from) {
		t.Error("it is allowed before it is there")
	}
	update := func(do func(*store.Txn) error) {
		t.Helper()
		if err := f.Store.Update(do); err != nil {
			t.Fatal(err)
		}
	}
	update(func(tx *store.Txn) error {
		return store.CORSOrigins.Insert(tx, store.CORSOrigin{Meta: store.Meta{ID: "cors_origin_A"}, Origin: from})
	})
	if !allowed(from) || f.fromPage("POST", authenticatePath, localPage, nil).Header().Get("Access-Control-Allow-Origin") != "" {
		t.Error("the seed's origin is not the only one that is allowed")
	}
	update(func(tx *store.Txn) error { return store.CORSOrigins.Delete(tx, "cors_origin_A") })
	if allowed(from) {
		t.Error("it is allowed after it is gone")
	}
}

// TestPreflights are answered for the endpoints that pages call, and allowed pages. Any other one goes to the next handler as it came.
func TestPreflights(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		target, from string
		headers      map[string]string
		disabled     bool
		answered     bool
	}{
		"authenticate":                  {authenticatePath, localPage, nil, false, true},
		"its alias":                     {"/x/authkit/users/authenticate", localPage, nil, false, true},
		"double slashes":                {"//user_management//authenticate", localPage, nil, false, true},
		"a page that is not allowed":    {authenticatePath, "https://evil.example", nil, false, false},
		"a page without an origin":      {authenticatePath, "null", nil, false, false},
		"a method that it lacks":        {authenticatePath, localPage, map[string]string{"Access-Control-Request-Method": "GET"}, false, false},
		"no preflight":                  {authenticatePath, localPage, map[string]string{"Access-Control-Request-Method": ""}, false, false},
		"an endpoint without scripts":   {"/user_management/authorize", localPage, map[string]string{"Access-Control-Request-Method": "GET"}, false, false},
		"an endpoint with an API key":   {"/organizations", localPage, nil, false, false},
		"an endpoint that is not known": {"/vault/v1/kv", localPage, nil, false, false},
		"logins are not emulated":       {authenticatePath, localPage, nil, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			next := &recorder{status: 418, body: "{}"}
			f := newBrowserServer(t, !test.disabled)
			f.next = next
			headers := map[string]string{"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
			for name, value := range test.headers {
				headers[name] = value
			}
			r := f.fromPage("OPTIONS", test.target, test.from, headers)
			passed := next.take()
			if !test.answered {
				if r.Code != 418 || len(passed) != 1 || passed[0].method != "OPTIONS" || r.Header().Get("Access-Control-Allow-Methods") != "" {
					t.Errorf("%d %v, passed on: %v", r.Code, r.Header(), passed)
				}
				return
			}
			h := r.Header()
			if r.Code != 204 || r.Body.Len() != 0 || len(passed) != 0 || h.Get("X-Workos-Source") != "emulator" ||
				h.Get("Access-Control-Allow-Origin") != localPage || h.Get("Access-Control-Allow-Methods") != "POST" ||
				h.Get("Access-Control-Allow-Headers") != "content-type" || h.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%d %v %s, passed on: %v", r.Code, h, r.Body, passed)
			}
		})
	}
}

// TestPagesReadFailuresOfTheNextHandler: another handler answers them.
func TestPagesReadFailuresOfTheNextHandler(t *testing.T) {
	t.Parallel()
	f := newBrowserServer(t, true)
	r := httptest.NewRequest("POST", "http://emulator.test"+authenticatePath, strings.NewReader("{}"))
	r.Header.Set("Origin", localPage)
	w := httptest.NewRecorder()
	failed := errors.New("it fails")
	if err := f.Serve(w, r, func(http.ResponseWriter, *http.Request) error { return failed }); !errors.Is(err, failed) {
		t.Fatal(err)
	}
	if got := w.Header().Get("Access-Control-Allow-Origin"); got != localPage {
		t.Errorf("the page may not read it: %q", got)
	}
}
