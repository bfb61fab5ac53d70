package emulator

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

// errorDescription is RFC 6749 §5.2's.
var errorDescription = regexp.MustCompile(`^[\x20-\x21\x23-\x5B\x5D-\x7E]+$`)

// wantOAuthError returns the description of an OAuth error.
func wantOAuthError(t *testing.T, r response, status int, code string) string {
	t.Helper()
	got := r.want(status)
	description, _ := got["error_description"].(string)
	if got["error"] != code || !errorDescription.MatchString(description) {
		t.Errorf("the answer is %v, want %s", got, code)
	}
	return description
}

// TestRepeatedResources checks that they are not an error, and do not change the `aud`.
func TestRepeatedResources(t *testing.T) {
	t.Parallel()
	f := newServer(t, func(o *Options) { o.Audience = "client_ENV" })
	asJSON := header("Content-Type", "application/json")
	const members = `{"grant_type":"client_credentials","client_id":"client_backend","client_secret":"secret-one",`
	for name, test := range map[string]struct {
		body   string
		change func(http.Header)
		status int
	}{
		"one":                   {clientForm + "&resource=https://a.example&audience=b", func(http.Header) {}, 200},
		"repeated":              {clientForm + "&resource=https://a.example&resource=https://b.example&audience=a&audience=b", func(http.Header) {}, 200},
		"JSON, one":             {members + `"resource":"https://a.example","audience":"a"}`, asJSON, 200},
		"JSON, repeated":        {members + `"resource":["https://a.example","https://b.example"],"audience":["a","b"]}`, asJSON, 200},
		"JSON, none":            {members + `"resource":[],"audience":null}`, asJSON, 200},
		"JSON, of another type": {members + `"resource":[5]}`, asJSON, 400},
		"another, repeated":     {clientForm + "&scope=posts:read&scope=posts:write", func(http.Header) {}, 400},
		"JSON, another":         {members + `"scope":["posts:read"]}`, asJSON, 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := f.form("/oauth2/token", test.body, test.change)
			if test.status != 200 {
				wantOAuthError(t, r, test.status, "invalid_request")
				return
			}
			if _, claims := claimsOf(t, f, r.want(200)["access_token"].(string)); claims["aud"] != "client_ENV" {
				t.Errorf("aud is %v", claims["aud"])
			}
		})
	}
}

// TestInvalidScopeIsNamed checks that the error quotes the scope with the characters of RFC 6749 only, cut where it is long, and not where
// it may be a secret.
func TestInvalidScopeIsNamed(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	made := f.send("POST", "/connect/applications/client_backend/client_secrets", "").want(201)["secret"].(string)
	token := f.form("/oauth2/token", clientForm).want(200)["access_token"].(string)
	for scope, want := range map[string]string{
		"admin":                         "'admin'",
		"posts:read admin other":        "'admin'",
		`a"b\c`:                         "'a'b?c'",
		"é\n\x00":                       "'???'",
		strings.Repeat("x", 5000):       "'" + strings.Repeat("x", 100) + "...'",
		"secret-one":                    "",
		"posts:read secret-portal":      "",
		"sk_test_customer":              "",
		"scope:sk_test_customer":        "",
		acceptedKey:                     "",
		"sk_live_somebody_elses":        "",
		"secret two+100%":               "'secret'", // two scopes, of which none is the secret
		made:                            "",
		"posts:read x" + made + " next": "",
		token:                           "",
	} {
		description := wantOAuthError(t, f.form("/oauth2/token", clientForm+"&scope="+url.QueryEscape(scope)), 400, "invalid_scope")
		if want != "" && !strings.Contains(description, want) || want == "" && strings.Contains(description, "'s scope") ||
			want == "" && description != "A requested scope is not one of the application's." {
			t.Errorf("%.50q is described as %q", scope, description)
		}
	}
}

// TestCredentialsInTheQuery checks that they are an error, unless the request is passed on.
func TestCredentialsInTheQuery(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		target, body string
		named        string
		status       int // with a next handler
	}{
		"all of them":           {"/oauth2/token?" + clientForm, "", "client_id", 400},
		"the secret":            {"/oauth2/token?client_secret=secret-one", "grant_type=client_credentials&client_id=client_backend", "client_secret", 400},
		"the client":            {"/oauth2/token?client_id=client_backend", "grant_type=client_credentials&client_secret=secret-one", "client_id", 400},
		"beside a good body":    {"/oauth2/token?client_secret=x", clientForm, "client_secret", 400},
		"empty":                 {"/oauth2/token?client_secret=", clientForm, "client_secret", 400},
		"beside a broken query": {"/oauth2/token?%zz&client_secret=x", clientForm, "client_secret", 400},
		"an assertion":          {"/oauth2/token?client_assertion=x", clientForm, "client_assertion", 400},
		"a local secret":        {"/oauth2/token?client_id=theirs&client_secret=secret-one", "", "client_id", 400},
		"unknown":               {"/oauth2/token?grant_type=client_credentials&client_id=theirs&client_secret=x", "", "client_id", 299},
		"introspection":         {"/oauth2/introspection?token=x", "client_id=client_backend&client_secret=secret-one", "token", 400},
		"introspection, all":    {"/oauth2/introspection?client_id=client_backend&client_secret=secret-one&token=x", "", "client_id", 400},
		"introspection, theirs": {"/oauth2/introspection?client_id=theirs&client_secret=x&token=x", "", "client_id", 299},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, next := newServer(t), &recorder{status: 299, body: "{}"}
			refused := func(r response) {
				t.Helper()
				description := wantOAuthError(t, r, 400, "invalid_request")
				if !strings.Contains(description, test.named+" is in the query") || strings.Contains(description, "secret-one") {
					t.Errorf("it is described as %q", description)
				}
			}
			refused(f.form(test.target, test.body))
			f.next = next
			r := f.form(test.target, test.body)
			if test.status == 299 {
				r.want(299)
				if sent := next.take(); len(sent) != 1 || sent[0].uri != test.target {
					t.Errorf("the next handler was sent %v", sent)
				}
				return
			}
			refused(r)
			if sent := next.take(); len(sent) != 0 {
				t.Errorf("the next handler was sent %v", sent)
			}
		})
	}
	f := newServer(t)
	f.form("/oauth2/token?trace=1&scope=x", clientForm).want(200) // no credentials
	f.next = &recorder{status: 299, body: "{}"}
	f.form("/oauth2/token?x=sk_test_customer", "client_id=theirs").want(403)
}

// TestOtherGrantsSayThatTheyAreNotEmulated checks that the error names the grant and what to do.
func TestOtherGrantsSayThatTheyAreNotEmulated(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	for _, grant := range []string{"authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"} {
		for client, want := range map[string]string{
			"client_id=client_portal&client_secret=secret-portal": "is not in the seed",
			"client_id=client_portal":                             "is not in the seed",
			"client_id=client_backend&client_secret=secret-one":   "uses client_credentials",
		} {
			description := wantOAuthError(t, f.form("/oauth2/token", client+"&grant_type="+url.QueryEscape(grant)), 400, "unauthorized_client")
			if !strings.Contains(description, grant+" is not emulated") || !strings.Contains(description, want) {
				t.Errorf("%s of %s: %q", grant, client, description)
			}
		}
	}
	description := wantOAuthError(t, f.form("/oauth2/token", "grant_type=client_credentials&client_id=client_portal&client_secret=secret-portal"), 400, "unauthorized_client")
	if !strings.Contains(description, "m2m") {
		t.Error(description)
	}
}

// TestRefusedRequestsAreNoUse checks that a refused request does not change last_used_at of its client secret or API key.
func TestRefusedRequestsAreNoUse(t *testing.T) {
	t.Parallel()
	const right = "client_id=client_backend&client_secret=secret-one"
	for name, test := range map[string]struct {
		method, target, body string
		change               func(http.Header)
		status               int
		used                 string // the id of the API key, or `secret`
	}{
		"token":                        {"POST", "/oauth2/token", clientForm, anonymous, 200, "secret"},
		"token, no grant":              {"POST", "/oauth2/token", right, anonymous, 400, ""},
		"token, unknown grant":         {"POST", "/oauth2/token", right + "&grant_type=password", anonymous, 400, ""},
		"token, another grant":         {"POST", "/oauth2/token", right + "&grant_type=refresh_token", anonymous, 400, ""},
		"token, scope":                 {"POST", "/oauth2/token", clientForm + "&scope=admin", anonymous, 400, ""},
		"token, repeated":              {"POST", "/oauth2/token", clientForm + "&x=1&x=2", anonymous, 400, ""},
		"token, in the query":          {"POST", "/oauth2/token?client_secret=secret-one", clientForm, anonymous, 400, ""},
		"token, wrong secret":          {"POST", "/oauth2/token", clientForm + "x", anonymous, 401, ""},
		"introspection":                {"POST", "/oauth2/introspection", right + "&token=x", anonymous, 200, "secret"},
		"introspection, no token":      {"POST", "/oauth2/introspection", right, anonymous, 400, ""},
		"introspection, two":           {"POST", "/oauth2/introspection", right + "&token=a&token=b", anonymous, 400, ""},
		"validation":                   {"POST", "/api_keys/validations", `{"value":"sk_test_alice"}`, bearer(acceptedKey), 200, "api_key_USER"},
		"validation, without a key":    {"POST", "/api_keys/validations", `{"value":"sk_test_alice"}`, anonymous, 401, ""},
		"validation, by an old one":    {"POST", "/api_keys/validations", `{"value":"sk_test_alice"}`, bearer("sk_test_expired"), 401, ""},
		"validation, malformed":        {"POST", "/api_keys/validations", `{"value":["sk_test_alice"]}`, bearer(acceptedKey), 422, ""},
		"customer":                     {"GET", "/organizations", "", bearer("sk_test_customer"), 200, "api_key_ORG"},
		"customer, not found":          {"GET", "/connect/applications/conn_app_NONE", "", bearer("sk_test_customer"), 401, ""},
		"customer, passed on":          {"GET", "/vault", "", bearer("sk_test_customer"), 401, ""},
		"customer, a foreign owner":    {"POST", "/organizations/org_THEIRS/api_keys", `{"name":"x"}`, bearer("sk_test_customer"), 401, ""},
		"customer, invalid":            {"POST", "/organizations/org_ACME/api_keys", `{}`, bearer("sk_test_customer"), 422, "api_key_ORG"},
		"upstream":                     {"GET", "/vault", "", bearer("sk_test_upstream"), 299, "api_key_UP"},
		"upstream, a secret with it":   {"GET", "/vault?a=sk_test_customer", "", bearer("sk_test_upstream"), 403, ""},
		"upstream, TRACE":              {"TRACE", "/vault", "", bearer("sk_test_expired"), 405, ""},
		"login":                        {"POST", "/user_management/authenticate", `{"client_secret":"sk_test_upstream"}`, anonymous, 299, "api_key_UP"},
		"login, a secret with it":      {"POST", "/user_management/authenticate", `{"client_secret":"sk_test_upstream","a":"secret-one"}`, anonymous, 403, ""},
		"login, a customer's after it": {"POST", "/sso/token", "client_secret=sk_test_upstream&client_secret=sk_test_customer", anonymous, 403, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newServer(t)
			f.next = &recorder{status: 299, body: `{}`}
			if test.target == "/organizations" {
				f.next = nil
			}
			contentType := "application/json"
			if strings.HasPrefix(test.target, "/oauth2/") || test.target == "/sso/token" {
				contentType = "application/x-www-form-urlencoded"
			}
			r := f.send(test.method, test.target, test.body, header("Content-Type", contentType), test.change)
			if r.Code != test.status {
				t.Fatalf("it is %d %s", r.Code, r.Body)
			}
			got, want := usesOf(f), map[string]time.Time{}
			if test.used != "" {
				want[test.used] = f.now
			}
			if !maps.Equal(got, want) {
				t.Errorf("what was used is %v, want %v", got, want)
			}
		})
	}
}

// usesOf returns when each API key, and any client secret, was used.
func usesOf(f *server) map[string]time.Time {
	found, txn := map[string]time.Time{}, f.Store.View()
	for _, k := range store.APIKeys.All(txn) {
		if at := k.LastUsedAt(); !at.IsZero() {
			found[k.ID] = at
		}
	}
	for _, a := range store.Applications.All(txn) {
		for _, secret := range txn.ClientSecrets(a.ID) {
			if at := secret.LastUsedAt(); !at.IsZero() {
				found["secret"] = at
			}
		}
	}
	return found
}

// TestUseIsNotedBeforeTheAnswer checks that the use is visible to a caller that has the answer.
func TestUseIsNotedBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	w := &watching{ResponseWriter: discard{}, began: func() {
		if len(usesOf(f)) != 1 {
			t.Error("it is not noted yet")
		}
	}}
	r, _ := http.NewRequest("GET", "http://emulator.test/organizations", nil)
	r.Header.Set("Authorization", "Bearer sk_test_customer")
	f.Handler(nil).ServeHTTP(w, r)
	if w.status != 200 {
		t.Errorf("it is %d", w.status)
	}
}

type watching struct {
	http.ResponseWriter
	began  func()
	status int
}

func (w *watching) WriteHeader(status int) { w.began(); w.status = status }

type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}
