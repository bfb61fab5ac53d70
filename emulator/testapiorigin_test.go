package emulator

import (
	"net/http"
	"testing"
)

// TestPagesOfOtherSitesAreRefused has requests of web pages that a developer's browser may show while the emulator runs, with DNS rebinding
// too.
func TestPagesOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		host    string // of the request; empty for the emulator's own
		headers http.Header
		allowed bool
	}{
		"a program":                 {"", nil, true},
		"a program in a container":  {"workos:4100", nil, true},
		"another site":              {"", http.Header{"Origin": {"https://evil.example"}}, false},
		"DNS rebinding":             {"evil.example:4100", http.Header{"Origin": {"http://evil.example:4100"}, "Sec-Fetch-Site": {"same-origin"}}, false},
		"DNS rebinding, old":        {"evil.example", http.Header{"Origin": {"http://evil.example"}}, false},
		"no origin":                 {"", http.Header{"Origin": {"null"}}, false},
		"an empty origin":           {"", http.Header{"Origin": {""}}, false},
		"a name that begins so":     {"", http.Header{"Origin": {"http://localhost.evil.example"}}, false},
		"a name that ends so":       {"", http.Header{"Origin": {"http://evillocalhost"}}, false},
		"an address that begins so": {"", http.Header{"Origin": {"http://127.0.0.1.evil.example"}}, false},
		"a user that is named so":   {"", http.Header{"Origin": {"http://localhost@evil.example"}}, false},
		"a path":                    {"", http.Header{"Origin": {"http://localhost/evil.example"}}, false},
		"another scheme":            {"", http.Header{"Origin": {"chrome-extension://localhost"}}, false},
		"a private address":         {"", http.Header{"Origin": {"http://192.168.0.1"}}, false},
		"all addresses":             {"", http.Header{"Origin": {"http://0.0.0.0:4100"}}, false},
		"two origins":               {"", http.Header{"Origin": {"http://localhost", "https://evil.example"}}, false},
		"two in one":                {"", http.Header{"Origin": {"http://localhost, https://evil.example"}}, false},
		"localhost":                 {"", http.Header{"Origin": {"http://localhost"}}, true},
		"localhost, another port":   {"localhost:4100", http.Header{"Origin": {"https://LOCALHOST:3000"}}, true},
		"below localhost":           {"", http.Header{"Origin": {"http://app.localhost:8080"}}, true},
		"IPv4":                      {"", http.Header{"Origin": {"http://127.0.0.1:3000"}}, true},
		"IPv4, another one":         {"", http.Header{"Origin": {"http://127.8.9.1"}}, true},
		"IPv6":                      {"", http.Header{"Origin": {"http://[::1]:4100"}}, true},
		"the same origin":           {"localhost:4100", http.Header{"Origin": {"http://localhost:4100"}, "Sec-Fetch-Site": {"same-origin"}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for method, target := range map[string]string{"GET": "/_emulate/hooks", "DELETE": "/_emulate/hooks", "POST": "/_emulate/reset"} {
				r := newTestAPI(t).sendAs(method, target, test.host, test.headers)
				if allowed := r.Code < 300; allowed != test.allowed || !allowed && r.want(403)["code"] != "cross_origin" {
					t.Errorf("%s: %d %s", method, r.Code, r.Body)
				}
			}
		})
	}
}

// TestFetchMetadataCounts checks Sec-Fetch-Site for requests that change something, whatever the Origin is.
func TestFetchMetadataCounts(t *testing.T) {
	t.Parallel()
	for site, want := range map[string]int{"cross-site": 403, "same-site": 403, "same-origin": 204, "none": 204} {
		for _, origin := range []string{"http://localhost:3000", "-"} {
			headers := http.Header{"Sec-Fetch-Site": {site}, "Origin": {origin}}
			if origin == "-" {
				headers.Del("Origin")
			}
			if r := newTestAPI(t).sendAs("POST", "/_emulate/reset", "localhost:4100", headers); r.Code != want {
				t.Errorf("%s from %s: %d, want %d", site, origin, r.Code, want)
			}
		}
	}
}
