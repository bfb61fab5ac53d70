package fault

import (
	"math"
	"strings"
	"testing"
)

func TestWhatAHookMatches(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method, path string // of the hook
		requests     map[string]bool
	}{
		"one path": {"GET", "/users", map[string]bool{
			"GET /users": true, "POST /users": false, "GET /users/": false, "GET /users/a": false, "GET /user": false, "GET /": false,
		}},
		"any method": {"*", "/users", map[string]bool{"GET /users": true, "DELETE /users": true, "GET /other": false}},
		"any path":   {"POST", "*", map[string]bool{"POST /": true, "POST /a/b": true, "GET /": false}},
		"case":       {"post", "/Users", map[string]bool{"POST /Users": true, "POST /users": false}},
		"all below": {"*", "/users/*", map[string]bool{
			"GET /users": true, "GET /users/": true, "GET /users/a": true, "GET /users/a/b": true, "GET /usersx": false, "GET /": false,
		}},
		"all below the top": {"*", "/*", map[string]bool{"GET /": true, "GET /a": true, "GET /a/b": true}},
		"one segment": {"*", "/users/*/keys", map[string]bool{
			"GET /users/a/keys": true, "GET /users//keys": false, "GET /users/a/b/keys": false, "GET /users/a": false, "GET /users/a/keys/b": false,
		}},
		"both": {"*", "/users/*/keys/*", map[string]bool{
			"GET /users/a/keys": true, "GET /users/a/keys/b": true, "GET /users/a/other/b": false,
		}},
		"the top": {"*", "/", map[string]bool{"GET /": true, "GET /a": false}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for request, want := range test.requests {
				hooks := &Hooks{}
				hooks.Add(Hook{Method: test.method, Path: test.path, Status: 500})
				if _, got := hooks.Take(split(request)); got != want {
					t.Errorf("%s: %t, want %t", request, got, want)
				}
			}
		})
	}
}

func TestWhatAHookMayBe(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]bool{"GET": true, "*": true, "X-CUSTOM": true, "": false, "G T": false, "GET/": false} {
		if IsMethod(method) != want {
			t.Errorf("the method %q: %t", method, !want)
		}
	}
	for path, want := range map[string]bool{"*": true, "/": true, "/a/*": true, "": false, "a": false, "*/a": false} {
		if IsPath(path) != want {
			t.Errorf("the path %q: %t", path, !want)
		}
	}
	for name, test := range map[string]struct {
		hook Hook
		want bool
	}{
		"nothing": {Hook{Method: "*", Path: "*", Count: 1, Body: []byte(`{}`)}, false},
		"status":  {Hook{Status: 500}, true},
		"delay":   {Hook{Delay: 1}, true},
		"abort":   {Hook{Abort: true}, true},
	} {
		if test.hook.HasEffect() != test.want {
			t.Errorf("%s: %t", name, !test.want)
		}
	}
}

func TestCheckNamesTheField(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*Hook)
		want   string // empty for a hook that is right
	}{
		"right":          {func(*Hook) {}, ""},
		"all of it":      {func(h *Hook) { h.Body, h.Delay, h.Count, h.Probability = []byte(`{}`), 1, 1, 1 }, ""},
		"a delay alone":  {func(h *Hook) { h.Status, h.Delay = 0, 1 }, ""},
		"no method":      {func(h *Hook) { h.Method = "" }, "method: "},
		"no path":        {func(h *Hook) { h.Path = "" }, "path: "},
		"small status":   {func(h *Hook) { h.Status = 199 }, "status: "},
		"large status":   {func(h *Hook) { h.Status = 600 }, "status: "},
		"a body of text": {func(h *Hook) { h.Body = []byte("sk_secret") }, "body: "},
		"delay":          {func(h *Hook) { h.Delay = -1 }, "delay: "},
		"count":          {func(h *Hook) { h.Count = -1 }, "count: "},
		"probability":    {func(h *Hook) { h.Probability = 1.5 }, "probability: "},
		"no probability": {func(h *Hook) { h.Probability = math.NaN() }, "probability: "},
		"no effect":      {func(h *Hook) { h.Status = 0 }, "status: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hook := Hook{Method: "GET", Path: "/users", Status: 500}
			test.change(&hook)
			err := hook.Check()
			switch {
			case (err == nil) != (test.want == ""), err != nil && !strings.HasPrefix(err.Error(), test.want):
				t.Errorf("the error is %v, want %q", err, test.want)
			case err != nil && strings.Contains(err.Error(), "sk_secret"):
				t.Errorf("the body is shown: %v", err)
			}
		})
	}
}
