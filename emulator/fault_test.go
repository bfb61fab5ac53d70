package emulator

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/fault"
)

// withHooks gives an emulator hooks, and a clock whose delays pass at once and are appended to waited.
func withHooks(waited *[]time.Duration, hooks ...fault.Hook) func(*Options) {
	return func(o *Options) {
		o.Faults = &fault.Hooks{}
		o.Faults.After = func(delay time.Duration) <-chan time.Time {
			*waited = append(*waited, delay)
			passed := make(chan time.Time)
			close(passed)
			return passed
		}
		o.Faults.Seed(hooks)
	}
}

// TestFaultsComeFirst sends requests of every kind, which all fail before anything else handles them.
func TestFaultsComeFirst(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method, path string
		caller       func(http.Header)
	}{
		"emulated":            {"GET", "/organizations/org_ACME", bearer(acceptedKey)},
		"passed on":           {"GET", "/vault", bearer(acceptedKey)},
		"of an unknown key":   {"GET", "/organizations", bearer("sk_unknown")},
		"without a key":       {"POST", "/oauth2/token", anonymous},
		"of an expired key":   {"GET", "/organizations", bearer("sk_test_expired")},
		"with a local secret": {"GET", "/vault/secret-one", anonymous},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var waited []time.Duration
			hook := fault.Hook{Method: "*", Path: "*", Status: 418, Body: []byte(`{"of": "the hook"}`), Delay: time.Minute, Count: 1}
			f := newServer(t, withHooks(&waited, hook))
			next := &recorder{status: 200, body: `{}`}
			f.next = next
			r := f.send(test.method, test.path, "", test.caller)
			if got := r.want(418); got["of"] != "the hook" || r.Header().Get("X-Workos-Source") != "fault" || r.Header().Get("X-Request-Id") == "" {
				t.Errorf("%v %s", r.Header(), r.Body)
			}
			if len(waited) != 1 || waited[0] != time.Minute {
				t.Errorf("it waited for %v", waited)
			}
			if asked := next.take(); len(asked) != 0 {
				t.Errorf("the next handler was asked %v", asked)
			}
			if r := f.send(test.method, test.path, "", test.caller); r.Code == 418 {
				t.Error("the hook was not removed")
			}
		})
	}
}

// TestDefaultBodies has the bodies of hooks without a body.
func TestDefaultBodies(t *testing.T) {
	t.Parallel()
	basic := func(h http.Header) { h.Set("Authorization", "Basic YTpi") }
	for name, test := range map[string]struct {
		path   string
		status int
		caller func(http.Header)
		body   string
		header map[string]string
	}{
		"400":                     {"/organizations", 400, anonymous, `{"message":"Bad Request","code":"bad_request"}`, nil},
		"401":                     {"/organizations", 401, anonymous, `{"message":"Unauthorized"}`, nil},
		"404":                     {"/organizations", 404, anonymous, `{"message":"Not Found","code":"not_found"}`, nil},
		"418":                     {"/organizations", 418, anonymous, `{"message":"I'm a teapot","code":"im_a_teapot"}`, nil},
		"422":                     {"/organizations", 422, anonymous, `{"message":"Validation failed","code":"invalid_request_parameters"}`, nil},
		"429":                     {"/organizations", 429, anonymous, `{"message":"Too Many Requests","code":"rate_limit_exceeded"}`, map[string]string{"Retry-After": "1"}},
		"500":                     {"/organizations", 500, anonymous, `{"message":"Internal Server Error","code":"internal_server_error"}`, nil},
		"503":                     {"/anything", 503, anonymous, `{"message":"Service Unavailable","code":"service_unavailable"}`, nil},
		"599":                     {"/organizations", 599, anonymous, `{"message":"Error","code":"error"}`, nil},
		"204":                     {"/organizations", 204, anonymous, "", map[string]string{"Content-Length": "", "Content-Type": ""}},
		"token 400":               {"/oauth2/token", 400, anonymous, `{"error":"invalid_request","error_description":"Bad Request"}`, map[string]string{"Cache-Control": "no-store"}},
		"token 401":               {"/oauth2/token", 401, anonymous, `{"error":"invalid_client","error_description":"Unauthorized"}`, map[string]string{"WWW-Authenticate": ""}},
		"token 401 after Basic":   {"/oauth2/token", 401, basic, `{"error":"invalid_client","error_description":"Unauthorized"}`, map[string]string{"WWW-Authenticate": `Basic realm="WorkOS"`}},
		"userinfo 403, not ours":  {"/oauth2/userinfo", 403, anonymous, `{"error":"access_denied","error_description":"Forbidden"}`, nil},
		"token 429":               {"/oauth2/token", 429, anonymous, `{"error":"temporarily_unavailable","error_description":"Too Many Requests"}`, map[string]string{"Retry-After": "1", "Cache-Control": "no-store"}},
		"token 500":               {"/oauth2/token", 500, anonymous, `{"error":"server_error","error_description":"Internal Server Error"}`, nil},
		"token 503":               {"/oauth2/token", 503, anonymous, `{"error":"temporarily_unavailable","error_description":"Service Unavailable"}`, nil},
		"discovery is no OAuth's": {"/.well-known/openid-configuration", 502, anonymous, `{"message":"Bad Gateway","code":"bad_gateway"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var waited []time.Duration
			f := newServer(t, withHooks(&waited, fault.Hook{Method: "*", Path: "*", Status: test.status}))
			r := f.send("POST", test.path, "", test.caller)
			if r.Code != test.status || r.Body.String() != test.body {
				t.Errorf("%d %s", r.Code, r.Body)
			}
			for name, want := range test.header {
				if got := r.Header().Get(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			if len(waited) != 0 {
				t.Errorf("it waited for %v", waited)
			}
		})
	}
}

// TestDelayLetsARequestGoOn also checks that the request sees writes during the delay.
func TestDelayLetsARequestGoOn(t *testing.T) {
	t.Parallel()
	var waited []time.Duration
	f := newServer(t, withHooks(&waited, fault.Hook{Method: "GET", Path: "/organizations/*", Delay: time.Minute}))
	wait := f.Faults.After
	f.Faults.After = func(delay time.Duration) <-chan time.Time {
		f.send("PUT", "/organizations/org_ACME", `{"name":"Changed meanwhile"}`).want(200)
		return wait(delay)
	}
	r := f.send("GET", "/organizations/org_ACME", "")
	if got := r.want(200); got["name"] != "Changed meanwhile" || r.Header().Get("X-Workos-Source") != "emulator" || len(waited) != 1 {
		t.Errorf("%v from %s after %v", got["name"], r.Header().Get("X-Workos-Source"), waited)
	}
}

// TestAbort drops the connection, at once or when the caller has given up during a delay.
func TestAbort(t *testing.T) {
	t.Parallel()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for name, test := range map[string]struct {
		hook    fault.Hook
		context context.Context
	}{
		"at once":        {fault.Hook{Method: "*", Path: "*", Abort: true, Status: 500}, t.Context()},
		"caller is gone": {fault.Hook{Method: "*", Path: "*", Delay: time.Hour}, gone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newServer(t, func(o *Options) {
				o.Faults = &fault.Hooks{}
				o.Faults.Add(test.hook)
			})
			w := httptest.NewRecorder()
			defer func() {
				if failure := recover(); failure != http.ErrAbortHandler {
					t.Errorf("what comes out is %v", failure)
				}
				if w.Body.Len() != 0 || w.Header().Get("X-Workos-Source") != "fault" {
					t.Errorf("what was written is %v %s", w.Header(), w.Body)
				}
			}()
			f.Handler(nil).ServeHTTP(w, httptest.NewRequestWithContext(test.context, "GET", "/organizations", nil))
			t.Errorf("it is answered: %d", w.Code)
		})
	}
}

// TestTheLogOfAFault checks that the log has what the hook did, and nothing of the request, which may contain a secret.
func TestTheLogOfAFault(t *testing.T) {
	t.Parallel()
	var waited []time.Duration
	f := newServer(t, withHooks(&waited, fault.Hook{Method: "HEAD", Path: "*", Status: 500}))
	if r := f.send("HEAD", "/vault/secret-one?key=secret-one", ""); r.Code != 500 || r.Body.Len() != 0 || r.Header().Get("Content-Length") == "" {
		t.Errorf("%d %v %s", r.Code, r.Header(), r.Body)
	}
	entries := f.logs.All()
	if len(entries) != 1 || entries[0].Message != "a hook struck" || entries[0].ContextMap()["status"] != int64(500) {
		t.Errorf("the log is %v", entries)
	}
	for _, entry := range entries {
		if strings.Contains(fmt.Sprint(entry.Message, entry.ContextMap()), "secret-one") {
			t.Errorf("the log holds what was asked: %v", entry)
		}
	}
}
