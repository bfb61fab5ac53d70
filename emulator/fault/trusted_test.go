package fault

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// covering are patterns, each with a trusted path that it covers in some spelling.
var covering = map[string]string{
	"/oauth2/jwks":                            "/oauth2/jwks",
	"/oauth2/introspection":                   "/oauth2/introspection",
	"/oauth2/token":                           "/oauth2/token",
	"/sso/jwks/client_1":                      "/sso/jwks/",
	"/sso/jwks/*":                             "/sso/jwks/",
	"/sso/jwks/*/*":                           "/sso/jwks/",
	"/sso/*/client_1":                         "/sso/jwks/",
	"/sso/*":                                  "/sso/jwks/",
	"/.well-known/openid-configuration":       "openid-configuration",
	"/.well-known/oauth-authorization-server": "oauth-authorization-server",
	"/.well-known/*":                          "openid-configuration",
	"/user_management/client_1/.well-known/openid-configuration": "/user_management/",
	"/user_management/*/.well-known/openid-configuration":        "/user_management/",
	"/user_management/*/*/openid-configuration":                  "/user_management/",
	"/user_management/*":          "/user_management/",
	"/user_management/users/*":    "/user_management/", // a client id may be "users"
	"/user_management/client_1/*": "/user_management/",
	"/*/client_1/.well-known/*":   "/user_management/",
	"*":                           "",
	"/*":                          "",
	"//*":                         "",
	"/*/":                         "",
	"/*/*":                        "",
	"/*/jwks":                     "/oauth2/jwks",
	"/*/token":                    "/oauth2/token",
	"/oauth2/*":                   "/oauth2/",
	"/oauth2/*/":                  "/oauth2/",
	"/oauth2//*":                  "/oauth2/",
	"/oauth2/jwks/":               "/oauth2/jwks",
	"/oauth2/jwks//":              "/oauth2/jwks",
	"/oauth2/jwks/*":              "/oauth2/jwks",
	"/oauth2//jwks":               "/oauth2/jwks",
	"//oauth2/jwks":               "/oauth2/jwks",
	"/oauth2/./jwks":              "/oauth2/jwks",
	"/x/../oauth2/jwks":           "/oauth2/jwks",
	"/../oauth2/jwks":             "/oauth2/jwks",
	`/oauth2\jwks`:                "/oauth2/jwks",
	"/OAuth2/JWKS":                "/oauth2/jwks",
	"/oauth2/%6Awks":              "/oauth2/jwks",
	"/oauth2/%256awks":            "/oauth2/jwks",
	"/oauth2%2Fjwks":              "/oauth2/jwks",
	"/oauth2%5Cjwks":              "/oauth2/jwks",
	"/%2e/oauth2/jwks":            "/oauth2/jwks",
	"/oauth2/jwks%2F":             "/oauth2/jwks",
	"/oauth2/%2A":                 "/oauth2/",
	"/%6Fauth2/%2%3574oken":       "/oauth2/token",
	"/%2Ewell-known/%2a":          "/.well-known/",
	"/%2525252525256Fauth2/jwks":  "/oauth2/jwks",
	"/sso/jwks/a%20b":             "/sso/jwks/",
	"/sso/jwks/%zz":               "/sso/jwks/",
	"/user_management/%2a/%2a/openid-configuration/": "/user_management/",
}

// harmless are patterns that no spelling of a trusted path has.
var harmless = []string{
	"/", "/oauth2", "/oauth2/authorize", "/oauth2/userinfo", "/oauth2/jwks/x", "/oauth2/*/jwks", "/oauth2/token/*/x", "/oauth2/%zz",
	"/sso", "/sso/token", "/sso/jwks", "/sso/jwks/a/b", "/sso/*/a/b", "/.well-known", "/.well-known/other",
	"/user_management/users", "/user_management/authenticate", "/user_management/*/.well-known",
	"/organizations", "/organizations/*", "/*/org_1/api_keys", "/oauth2/jwks/..", "/jwks",
}

// TestHooksForTrustedPathsOnlyHinder checks that no hook may answer them with a success or a redirect.
func TestHooksForTrustedPathsOnlyHinder(t *testing.T) {
	t.Parallel()
	for path, names := range covering {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			for _, method := range []string{"GET", "POST", "*", "BREW"} {
				for _, status := range []int{200, 204, 301, 302, 307, 399} {
					hook := Hook{Method: method, Path: path, Status: status, Body: []byte(`{}`), Count: 1, Delay: 1}
					if err := hook.Check(); err == nil || !strings.HasPrefix(err.Error(), "status: ") || !strings.Contains(err.Error(), names) || !strings.Contains(err.Error(), "a delay, or abort") {
						t.Errorf("%s %d: %v", method, status, err)
					}
				}
			}
			for name, hook := range map[string]Hook{
				"400": {Status: 400}, "503": {Status: 503}, "delay": {Delay: 1}, "abort": {Abort: true},
			} {
				hook.Method, hook.Path = "*", path
				if err := hook.Check(); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

// TestOtherHooksMayAnswer checks that other hooks may have any status.
func TestOtherHooksMayAnswer(t *testing.T) {
	t.Parallel()
	for _, path := range harmless {
		if err := (Hook{Method: "*", Path: path, Status: 200}).Check(); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// FuzzTrustedPaths looks for a hook that is accepted and answers a trusted path, spelled as it is or with escapes.
func FuzzTrustedPaths(f *testing.F) {
	for path := range covering {
		f.Add(path)
	}
	for _, path := range harmless {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		hook := Hook{Method: "*", Path: path, Status: http.StatusOK}
		if hook.Check() != nil {
			return
		}
		decoded, err := url.PathUnescape(path)
		if err != nil {
			decoded = path
		}
		for _, pattern := range []string{path, decoded} {
			for _, trusted := range []string{
				"/oauth2/jwks", "/oauth2/jwks/", "/oauth2//jwks", "//oauth2/jwks", "/sso/jwks/client_1", "/oauth2/token", "/oauth2/introspection",
				"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/user_management/client_1/.well-known/openid-configuration",
			} {
				if matchPath(pattern, trusted) {
					t.Errorf("a hook for %q may answer %s", path, trusted)
				}
			}
		}
	})
}
