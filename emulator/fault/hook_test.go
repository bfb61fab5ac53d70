package fault

import "testing"

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
