package emulator

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/origin"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/urlpath"
)

func TestParsePublicURL(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://auth.example.com":          "https://auth.example.com",
		"https://auth.example.com/":         "https://auth.example.com",
		"http://localhost:4100/workos":      "http://localhost:4100/workos",
		"https://auth.example.com/a/b%2Fc/": "https://auth.example.com/a/b%2Fc",
		"":                                  "", "auth.example.com": "", "/workos": "", "//auth.example.com": "", "ftp://auth.example.com": "",
		"https://": "", "https:///workos": "", "https://auth.example.com//": "", "https://auth.example.com/a//b": "",
		"https://auth.example.com/../a": "", "https://auth.example.com/.": "", "https://auth.example.com?": "", "https://auth.example.com?a=b": "",
		"https://auth.example.com#": "", "https://auth.example.com/#a": "", "https://a:b@auth.example.com": "", "https://auth example.com": "",
	} {
		got, err := origin.ParsePublicURL(address)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: it is %q, and the error is %v", address, got, err)
		}
	}
}

func TestForwardedURL(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		header http.Header
		tls    bool
		want   string
	}{
		"nothing":              {nil, false, "http://emulator.test"},
		"TLS":                  {nil, true, "https://emulator.test"},
		"proto":                {http.Header{"X-Forwarded-Proto": {"https"}}, false, "https://emulator.test"},
		"proto, upper case":    {http.Header{"X-Forwarded-Proto": {"HTTPS"}}, false, "https://emulator.test"},
		"proto, back":          {http.Header{"X-Forwarded-Proto": {"http"}}, true, "http://emulator.test"},
		"another proto":        {http.Header{"X-Forwarded-Proto": {"javascript"}}, true, "https://emulator.test"},
		"host":                 {http.Header{"X-Forwarded-Host": {"auth.example.com:8443"}}, false, "http://auth.example.com:8443"},
		"IPv6":                 {http.Header{"X-Forwarded-Host": {"[::1]:8443"}}, false, "http://[::1]:8443"},
		"the last of a list":   {http.Header{"X-Forwarded-Host": {"evil.example, auth.example.com"}, "X-Forwarded-Proto": {"http,https"}}, false, "https://auth.example.com"},
		"the last of fields":   {http.Header{"X-Forwarded-Host": {"evil.example", "auth.example.com"}}, false, "http://auth.example.com"},
		"no host":              {http.Header{"X-Forwarded-Host": {"a/b"}}, false, "http://emulator.test"},
		"a user":               {http.Header{"X-Forwarded-Host": {"a@b"}}, false, "http://emulator.test"},
		"a query":              {http.Header{"X-Forwarded-Host": {"a?b"}}, false, "http://emulator.test"},
		"white space":          {http.Header{"X-Forwarded-Host": {"a b"}}, false, "http://emulator.test"},
		"prefix":               {http.Header{"X-Forwarded-Prefix": {"/workos/"}}, false, "http://emulator.test/workos"},
		"prefix, no slash":     {http.Header{"X-Forwarded-Prefix": {"workos"}}, false, "http://emulator.test"},
		"prefix, another host": {http.Header{"X-Forwarded-Prefix": {"//evil.example"}}, false, "http://emulator.test"},
		"prefix, a query":      {http.Header{"X-Forwarded-Prefix": {"/a?b"}}, false, "http://emulator.test"},
		"prefix, dots":         {http.Header{"X-Forwarded-Prefix": {"/a/../b"}}, false, "http://emulator.test"},
		"prefix, a slash":      {http.Header{"X-Forwarded-Prefix": {"/"}}, false, "http://emulator.test"},
		"all":                  {http.Header{"X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"auth.example.com"}, "X-Forwarded-Prefix": {"/a/b"}}, false, "https://auth.example.com/a/b"},
	} {
		r := httptest.NewRequest("GET", "http://emulator.test/oauth2/jwks", nil)
		if test.header != nil {
			r.Header = test.header
		}
		if test.tls {
			r.TLS = &tls.ConnectionState{}
		}
		if got := origin.Forwarded(r); got != test.want {
			t.Errorf("%s: it is %s, want %s", name, got, test.want)
		}
	}
}

// TestPublicURL finds it at the beginning of all endpoints of this site, and in tokens.
func TestPublicURL(t *testing.T) {
	t.Parallel()
	const public, issuer = "https://auth.example.com/workos", "https://issuer.example"
	for name, test := range map[string]struct {
		change func(*Options)
		iss    string
	}{
		"option":            {func(o *Options) { o.PublicURL = public + "/" }, public},
		"function":          {func(o *Options) { o.BaseURL = func(*http.Request) string { return public } }, public},
		"option over it":    {func(o *Options) { o.PublicURL, o.BaseURL = public, func(*http.Request) string { return "x" } }, public},
		"issuer over both":  {func(o *Options) { o.PublicURL, o.Issuer = public, issuer }, issuer},
		"with an upstream":  {func(o *Options) { o.PublicURL = public }, public},
		"issuer, upstream":  {func(o *Options) { o.PublicURL, o.Issuer = public, issuer }, issuer},
		"function upstream": {func(o *Options) { o.BaseURL = func(*http.Request) string { return public } }, public},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newServer(t, test.change)
			if strings.Contains(name, "upstream") {
				f.next = &recorder{status: 200, body: `{"issuer":"https://theirs.example","token_endpoint":"https://theirs.example/t"}`}
			}
			for _, path := range publicDocuments[2:] {
				body := f.send("GET", path, "", anonymous).want(200)
				wantIssuer := test.iss
				if path == publicDocuments[4] {
					wantIssuer += "/user_management/client_X"
				}
				if body["issuer"] != wantIssuer {
					t.Errorf("%s: the issuer is %v", path, body["issuer"])
				}
				for member, value := range body {
					text, _ := value.(string)
					if (strings.HasSuffix(member, "_endpoint") || member == "jwks_uri") && !strings.HasPrefix(text, public+"/") {
						t.Errorf("%s: %s is %s", path, member, text)
					}
				}
			}
			_, claims := claimsOf(t, f, f.tokenOf(backend))
			if claims["iss"] != test.iss {
				t.Errorf("iss is %v", claims["iss"])
			}
		})
	}
}

func TestOptionsOfURLsAreChecked(t *testing.T) {
	t.Parallel()
	for option, change := range map[string]func(*Options){
		"PublicURL": func(o *Options) { o.PublicURL = "auth.example.com" },
		"Issuer":    func(o *Options) { o.Issuer = "https://auth.example.com/path" },
	} {
		o := newServer(t).Options
		change(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), option) {
			t.Errorf("%s: the error is %v", option, err)
		}
	}
}

// TestUserManagementConfiguration has the members of production, and is asked for at the upstream under its own path.
func TestUserManagementConfiguration(t *testing.T) {
	t.Parallel()
	const path = "/user_management/client_X/.well-known/openid-configuration"
	f := newServer(t)
	const base = "http://emulator.test"
	want := map[string]any{
		"issuer":                   base + "/user_management/client_X",
		"authorization_endpoint":   base + "/user_management/authorize",
		"token_endpoint":           base + "/user_management/authenticate",
		"jwks_uri":                 base + "/sso/jwks/client_X",
		"response_types_supported": []any{"code"},
	}
	body := f.send("GET", path, "", anonymous).want(200)
	for member, value := range want {
		if got := body[member]; !reflect.DeepEqual(got, value) {
			t.Errorf("%s is %v", member, got)
		}
	}
	if len(body) != len(want) {
		t.Errorf("it is %v", body)
	}

	next := &recorder{status: 200, body: `{"issuer":"https://theirs.example","token_endpoint":"https://theirs.example/t","revocation_endpoint":"https://theirs.example/r","more":1}`}
	f = newServer(t)
	f.next = next
	r := f.send("GET", path, "", anonymous)
	body = r.want(200)
	if r.Header().Get(source.Header) != source.Merged || body["more"] != 1.0 || body["revocation_endpoint"] != nil || body["issuer"] != want["issuer"] {
		t.Errorf("merged, it is %v", body)
	}
	if asked := next.take(); len(asked) != 1 || asked[0].uri != path {
		t.Errorf("the next handler was asked %v", asked)
	}
	for _, id := range []string{strings.Repeat("x", 129), "%2e%2e", "a%2Fb", "a%20b"} {
		if r := f.send("GET", "/user_management/"+id+"/.well-known/openid-configuration", "", anonymous); r.Code != 200 || r.Header().Get(source.Header) != source.Emulator {
			t.Errorf("%s: %d %s", id, r.Code, r.Body)
		}
	}
	if asked := next.take(); len(asked) != 0 {
		t.Errorf("the next handler was asked %v", asked)
	}
}

// TestWhatNothingAnswers is about requests that no route is for, without and with a handler behind.
func TestWhatNothingAnswers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		method, path string
		status       int
		code, allow  string
		says         string
	}{
		{"GET", "/.well-known/oauth-protected-resource", 404, "not_found", "", ""},
		{"GET", "/.well-known/oauth-protected-resource/mcp", 404, "not_found", "", ""},
		{"GET", "/.well-known/oauth-authorization-server/tenant", 404, "not_found", "", ""},
		{"HEAD", "/.well-known/webfinger", 404, "", "", ""},
		{"GET", "//.well-known//nothing", 404, "not_found", "", ""},
		{"POST", "/.well-known/nothing", 404, "not_found", "", ""},
		{"GET", "/tenant/.well-known/openid-configuration", 404, "not_found", "", ""},
		{"GET", "/user_management/client_X/.well-known/other", 404, "not_found", "", ""},
		{"GET", "/.well-known/openid-configuration/", 404, "not_found", "", "/.well-known/openid-configuration, without the slash"},
		{"GET", "/well-known/nothing", 501, "not_emulated", "", ""},
		{"GET", "/organizations/", 501, "not_emulated", "", "/organizations, without the slash"},
		{"GET", "/organizations/org_ACME/", 501, "not_emulated", "", "/organizations/org_ACME, without the slash"},
		{"POST", "/oauth2/token/", 501, "not_emulated", "", "/oauth2/token, without the slash"},
		{"POST", "/user_management/users", 501, "not_emulated", "", ""},
		{"DELETE", "/user_management//users/user_ALICE", 501, "not_emulated", "", ""},
		{"PATCH", "/user_management/users/user_ALICE", 405, "method_not_allowed", "GET, HEAD", ""},
		{"GET", "/vault/", 501, "not_emulated", "", ""},
		{"POST", "/.well-known/openid-configuration", 405, "method_not_allowed", "GET, HEAD", ""},
		{"PATCH", "/organizations", 405, "method_not_allowed", "GET, HEAD, POST", ""},
		{"PATCH", "//organizations//org_ACME", 405, "method_not_allowed", "GET, HEAD, PUT, DELETE", ""},
		{"OPTIONS", "/api_keys/validations", 405, "method_not_allowed", "POST, DELETE", ""},
		{"HEAD", "/api_keys/validations", 405, "", "POST, DELETE", ""},
		{"BREW", "/sso/jwks/client_X", 405, "method_not_allowed", "GET, HEAD", ""},
		{"GET", "/oauth2/token", 405, "invalid_request", "POST", ""},
		{"PUT", "/oauth2//jwks", 405, "invalid_request", "GET, HEAD", ""},
	} {
		for _, change := range []func(http.Header){anonymous, bearer(acceptedKey), bearer("sk_test_customer")} {
			f := newServer(t)
			r := f.send(test.method, test.path, "", change)
			code := "code"
			if strings.HasPrefix(urlpath.MergeSlashes(test.path), "/oauth2/") && test.status == 405 {
				code = "error"
			}
			if r.Code != test.status || r.Header().Get("Allow") != test.allow {
				t.Errorf("%s %s: %d, Allow %q", test.method, test.path, r.Code, r.Header().Get("Allow"))
			}
			if test.method == "HEAD" {
				continue
			}
			body := r.want(test.status)
			if body[code] != test.code || body["entity_id"] != nil || strings.Contains(r.Body.String(), "without the slash") != (test.says != "") || !strings.Contains(r.Body.String(), test.says) {
				t.Errorf("%s %s: %s", test.method, test.path, r.Body)
			}
			next := &recorder{status: 299, body: "{}"}
			f.next = next
			wantStatus := 299
			if r := f.send(test.method, test.path, "", bearer(acceptedKey)); r.Code != wantStatus || len(next.take()) != 1 {
				t.Errorf("%s %s, with a handler behind: %d", test.method, test.path, r.Code)
			}
		}
	}
}

func TestDisabledGroupAllowsNothing(t *testing.T) {
	t.Parallel()
	f := newServer(t, func(o *Options) { o.Emulate = []string{"token"} })
	f.send("POST", "/oauth2/jwks", "").want(501)
	f.send("GET", "/.well-known/openid-configuration", "").want(404)
}

// TestDoubledSlashesAreOne compares the answers for a path and for the same with more slashes.
func TestDoubledSlashesAreOne(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ method, path, body string }{
		{"GET", "/oauth2/jwks", ""}, {"GET", "/sso/jwks/client_X", ""}, {"GET", "/.well-known/openid-configuration", ""},
		{"GET", "/organizations", ""}, {"GET", "/organizations/org_ACME", ""}, {"GET", "/organizations/org_NONE", ""},
		{"GET", "/organizations/org_ACME/api_keys", ""}, {"GET", "/user_management/users/user_ALICE", ""},
		{"GET", "/connect/applications/conn_app_M2M/client_secrets", ""}, {"GET", "/health", ""},
		{"POST", "/api_keys/validations", `{"value":"sk_test_customer"}`},
		{"POST", "/oauth2/token", `{"grant_type":"password","client_id":"client_backend","client_secret":"secret-one"}`},
		{"POST", "/oauth2/introspection", `{"token":"x"}`},
	} {
		next := &recorder{status: 404, body: `{}`}
		f := newServer(t)
		f.next = next
		want := f.send(test.method, test.path, test.body)
		for _, path := range []string{"/" + test.path, strings.ReplaceAll(test.path, "/", "//"), strings.ReplaceAll(test.path, "/", "////")} {
			if got := f.send(test.method, path, test.body); got.Code != want.Code || got.Body.String() != want.Body.String() {
				t.Errorf("%s: %d %s\nwant %d %s", path, got.Code, got.Body, want.Code, want.Body)
			}
		}
		for _, asked := range next.take() {
			if strings.Contains(asked.body, "secret") || strings.Contains(asked.body, "sk_") || strings.Contains(asked.authorization, "sk_") {
				t.Errorf("%s: the next handler was asked %+v", test.path, asked)
			}
		}
	}
}

// TestGuardSeesWhatIsSent has requests with doubled slashes passed on: as they came, and never with a local secret.
func TestGuardSeesWhatIsSent(t *testing.T) {
	t.Parallel()
	f, next := newServer(t), &recorder{status: 200, body: `{}`}
	f.next = next
	f.send("GET", "//organizations//org_THEIRS", "").want(200)
	if asked := next.take(); len(asked) != 1 || asked[0].uri != "//organizations//org_THEIRS" {
		t.Errorf("the next handler was asked %v", asked)
	}
	for _, path := range []string{"//organizations//secret-audience", "//oauth2//secret-audience", "//vault//x?a=secret-audience"} {
		f.send("GET", path, "").want(403)
	}
	f.form("//oauth2//token", "grant_type=client_credentials&client_id=client_theirs&client_secret=secret-audience").want(401)
	if asked := next.take(); len(asked) != 0 {
		t.Errorf("the next handler was asked %v", asked)
	}
}

// TestPublicDocumentsMayBeCached asks again with the ETag of the first answer.
func TestPublicDocumentsMayBeCached(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]http.Handler{"alone": nil, "merged": &recorder{status: 200, body: `{"keys":[]}`}} {
		for _, path := range publicDocuments {
			f := newServer(t)
			f.next = next
			first := f.send("GET", path, "", anonymous)
			etag := first.Header().Get("Etag")
			if !strings.HasPrefix(etag, `"`) || len(etag) < 10 || !strings.HasPrefix(first.Header().Get("Cache-Control"), "public, max-age=") {
				t.Fatalf("%s, %s: %v", name, path, first.Header())
			}
			for match, status := range map[string]int{
				etag: 304, "W/" + etag: 304, `"x", ` + etag: 304, "*": 304, `"x"`: 200, strings.Trim(etag, `"`): 200, "": 200,
			} {
				for _, method := range []string{"GET", "HEAD"} {
					r := f.send(method, path, "", header("If-None-Match", match))
					if r.Code != status || r.Header().Get("Etag") != etag || r.Header().Get("Cache-Control") == "" {
						t.Errorf("%s, %s %s with %s: %d %v", name, method, path, match, r.Code, r.Header())
					}
					if bare := method == "HEAD" || status == 304; bare != (r.Body.Len() == 0) || status == 304 && r.Header().Get("Content-Type") != "" {
						t.Errorf("%s, %s %s with %s: %s", name, method, path, match, r.Body)
					}
				}
			}
			if path != "/oauth2/jwks" {
				continue
			}
			other := newServer(t, func(o *Options) { o.Key = otherKeys()[0] })
			if other.send("GET", path, "").Header().Get("Etag") == etag {
				t.Error("another set has the same ETag")
			}
		}
	}
}

// TestDiscoveryVaries says which headers a discovery document depends on, beside those that are there already.
func TestDiscoveryVaries(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	w := httptest.NewRecorder()
	w.Header().Set("Vary", "Origin")
	f.Handler(nil).ServeHTTP(w, httptest.NewRequest("GET", "/.well-known/openid-configuration", nil))
	if got := w.Header().Values("Vary"); !slices.Equal(got, []string{"Origin", "X-Forwarded-Proto, X-Forwarded-Host, X-Forwarded-Prefix"}) {
		t.Errorf("it varies by %q", got)
	}
	f = newServer(t, func(o *Options) { o.PublicURL = "https://auth.example.com" })
	if got := f.send("GET", "/.well-known/openid-configuration", "").Header().Values("Vary"); got != nil {
		t.Errorf("with a public URL it varies by %q", got)
	}
}
