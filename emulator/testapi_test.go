package emulator

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

// withTestAPI has an emulator answer the test API, whose reset removes all hooks and returns *err.
func withTestAPI(resets *int, err *error) func(*Options) {
	return func(o *Options) {
		o.TestAPI, o.Faults = true, &fault.Hooks{}
		o.Reset = func() error {
			*resets++
			o.Faults.Reset(nil)
			return *err
		}
	}
}

func newTestAPI(t *testing.T) *server {
	t.Helper()
	return newServer(t, withTestAPI(new(int), new(error)))
}

// TestHookOperations uses hooks as users of the WorkOS emulator do.
func TestHookOperations(t *testing.T) {
	t.Parallel()
	f := newTestAPI(t)
	if r := f.send("GET", "/_emulate/hooks", "", anonymous); r.Code != 200 || r.Body.String() != "[]" {
		t.Errorf("at first there is %d %s", r.Code, r.Body)
	}
	added := f.send("POST", "/_emulate/hooks", `{
		"method": "get", "path": "/organizations/*", "status": 503, "body": {"message": "later"}, "count": 2, "delay": "0.5ms", "probability": 1
	}`, anonymous)
	compareGolden(t, "hook", fmt.Sprint(added.Code), added.Body.Bytes())
	if got := added.Header(); got.Get("X-Workos-Source") != "emulator" || got.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Error(got)
	}
	if got := f.send("GET", "/organizations/org_ACME", "").want(503); got["message"] != "later" {
		t.Error(got)
	}
	listed := f.send("GET", "/_emulate/hooks", "", anonymous)
	compareGolden(t, "hooks", fmt.Sprint(listed.Code), listed.Body.Bytes())
	id := added.want(201)["id"].(string)
	f.send("DELETE", "/_emulate/hooks/"+id, "", anonymous).want(204)
	gone := f.send("DELETE", "/_emulate/hooks/"+id, "", anonymous)
	compareGolden(t, "no_such_hook", fmt.Sprint(gone.Code), gone.Body.Bytes())
	f.send("GET", "/organizations/org_ACME", "").want(200)

	for range 3 {
		f.send("POST", "/_emulate/hooks", `{"method":"*","path":"*","abort":true}`, anonymous).want(201)
	}
	f.send("DELETE", "/_emulate/hooks", "", anonymous).want(204)
	f.send("GET", "/organizations/org_ACME", "").want(200)
}

// TestRefusedHooks names each thing that is wrong with a hook.
func TestRefusedHooks(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body   string
		status int
		fields string
	}{
		"not JSON":       {`{"method":`, 400, ""},
		"no object":      {`[]`, 400, ""},
		"too large":      {`{"body":"` + strings.Repeat("x", limits.RequestBody) + `"}`, 413, ""},
		"nothing":        {``, 422, "method path"},
		"null":           {`null`, 422, "method path"},
		"no effect":      {`{"method":"GET","path":"/","body":{},"delay":0,"abort":false,"status":null}`, 422, "status"},
		"wrong types":    {`{"method":1,"path":[],"status":"500","count":1.5,"delay":{},"abort":"yes","probability":"1"}`, 422, "method path status count delay abort probability"},
		"out of bounds":  {`{"method":"A B","path":"users","status":199,"count":0,"delay":-1,"probability":0}`, 422, "method path status count delay probability"},
		"too much":       {`{"method":"GET","path":"*","status":600,"count":2147483648,"delay":1e300,"probability":1.1}`, 422, "status count delay probability"},
		"no duration":    {`{"method":"GET","path":"*","delay":"soon"}`, 422, "delay"},
		"less than none": {`{"method":"GET","path":"*","delay":"-1s"}`, 422, "delay"},
		"unknown":        {`{"method":"GET","path":"*","statsu":500,"rateLimit":{}}`, 422, "rateLimit statsu"},
		"trusted path":   {`{"method":"PUT","path":"/oauth2/jwks","status":399,"body":{"keys":[]}}`, 422, "status"},
		"trusted, below": {`{"method":"GET","path":"/user_management/*","status":204,"count":1}`, 422, "status"},
		"any path":       {`{"method":"*","path":"*","status":200,"abort":true}`, 422, "status"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newTestAPI(t)
			body := f.send("POST", "/_emulate/hooks", test.body).want(test.status)
			var fields []string
			if problems, ok := body["errors"].([]any); ok {
				for _, problem := range problems {
					fields = append(fields, problem.(map[string]any)["field"].(string))
				}
			}
			if got := strings.Join(fields, " "); got != test.fields || body["message"] == "" || body["code"] == nil {
				t.Errorf("it names %q: %v", got, body)
			}
			if len(f.Faults.List()) != 0 {
				t.Error("the hook was added")
			}
		})
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	resets, err := 0, error(nil)
	f := newServer(t, withTestAPI(&resets, &err))
	f.Faults.Add(fault.Hook{Method: "*", Path: "*", Status: 500})
	f.send("POST", "/_emulate/reset", "", anonymous).want(204)
	if resets != 1 || len(f.Faults.List()) != 0 {
		t.Errorf("%d resets, and %v is left", resets, f.Faults.List())
	}
	err = errors.New("api_keys.digest: value already taken")
	if got := f.send("POST", "/_emulate/reset", "", anonymous).want(500); strings.Contains(fmt.Sprint(got), "digest") {
		t.Error(got)
	}
	if _, err := New(Options{Store: f.Store, Secrets: f.Secrets, Key: testKey(), TestAPI: true}); err == nil || !strings.Contains(err.Error(), "Reset") {
		t.Errorf("without Reset: %v", err)
	}
}

// TestWhatIsNoOperation checks that the answer lists the operations, and that the request is never passed on.
func TestWhatIsNoOperation(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method, path string
		status       int
		allow        string
	}{
		"the top":         {"GET", "/_emulate", 404, ""},
		"below the top":   {"GET", "/_emulate/", 404, ""},
		"unknown":         {"GET", "/_emulate/hoks", 404, ""},
		"too deep":        {"DELETE", "/_emulate/hooks/a/b", 404, ""},
		"no id":           {"DELETE", "/_emulate/hooks/", 404, ""},
		"another method":  {"PUT", "/_emulate/hooks", 405, "GET, POST, DELETE"},
		"GET of a reset":  {"GET", "/_emulate/reset", 405, "POST"},
		"POST to a hook":  {"POST", "/_emulate/hooks/a", 405, "DELETE"},
		"another path":    {"GET", "/_emulated", 200, ""},
		"a longer health": {"GET", "/health/", 200, ""},
		"POST to health":  {"POST", "/health", 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newTestAPI(t)
			next := &recorder{status: 200, body: `{}`}
			f.next = next
			r := f.send(test.method, test.path, "")
			r.want(test.status)
			if got := r.Header().Get("Allow"); got != test.allow {
				t.Errorf("Allow is %q, want %q", got, test.allow)
			}
			if asked := len(next.take()); asked != 0 && test.status != 200 {
				t.Error("it was passed on")
			}
			if test.status == 404 && !strings.Contains(r.Body.String(), "POST reset") {
				t.Errorf("it does not say what there is: %s", r.Body)
			}
		})
	}
}

// TestTestAPIIsOff checks that its requests are answered, and passed on to no one, whatever the caller's key.
func TestTestAPIIsOff(t *testing.T) {
	t.Parallel()
	for _, request := range []struct{ method, path string }{
		{"GET", "/_emulate/hooks"}, {"POST", "/_emulate/hooks"}, {"DELETE", "/_emulate/hooks"}, {"POST", "/_emulate/reset"}, {"GET", "/_emulate"},
		{"GET", "/_emulate/"}, {"PUT", "//_emulate/anything/at/all"}, {"DELETE", "/_emulate/hooks/a"},
		{"POST", "/%5Femulate/reset"}, {"GET", "/_emulat%65/hooks"}, {"GET", "/_emulate%2Fhooks"}, {"GET", "/%2F_emulate/hooks"},
		{"GET", "/./_emulate/hooks"}, {"GET", "/x/../_emulate/hooks"}, {"HEAD", "/_emulate//hooks"}, {"OPTIONS", "/%5femulate"},
	} {
		t.Run(request.method+" "+request.path, func(t *testing.T) {
			t.Parallel()
			f := newServer(t)
			next := &recorder{status: 203, body: `{}`}
			f.next = next
			for _, caller := range []func(http.Header){anonymous, bearer(acceptedKey), bearer("sk_unknown")} {
				r := f.send(request.method, request.path, "", caller)
				if r.Code != 404 {
					t.Errorf("it is answered with %d", r.Code)
				}
				if request.method == "HEAD" {
					continue
				}
				got := r.want(404)
				if said := fmt.Sprint(got["message"]); got["code"] != "test_api_off" || !strings.HasPrefix(said, "test_api is off: ") {
					t.Error(got)
				}
			}
			if asked := len(next.take()); asked != 0 {
				t.Error("it was passed on")
			}
		})
	}
}

// TestHealth also checks that hooks do not apply to a health check, which is about the emulator and not about WorkOS.
func TestHealth(t *testing.T) {
	t.Parallel()
	for name, testAPI := range map[string]bool{"with the test API": true, "without it": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newServer(t, func(o *Options) {
				o.TestAPI, o.Reset, o.Faults = testAPI, func() error { return nil }, &fault.Hooks{}
				o.Faults.Add(fault.Hook{Method: "*", Path: "*", Status: 500, Count: 1})
			})
			f.next = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/health" {
					t.Error("it was passed on")
				}
			})
			if got := f.send("GET", "/health", "", anonymous).want(200); got["status"] != "ok" {
				t.Error(got)
			}
			f.send("GET", "/organizations", "").want(500)
		})
	}
}
