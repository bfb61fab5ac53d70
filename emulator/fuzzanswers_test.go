package emulator

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// fuzzedRequest returns a request as net/http's server would make it of the fuzzer's input.
func fuzzedRequest(method, target, body string, h http.Header) *http.Request {
	r := httptest.NewRequest(method, "http://emulator.test/", nil)
	path, query, _ := strings.Cut(target, "?")
	r.URL.Path, r.URL.RawQuery, r.Header = path, query, h
	if body != "" {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	}
	return r
}

// secretsOf are the right secrets of each client that may have a token.
var secretsOf = map[string][]string{
	"client_backend":  {"secret-one", "secret two+100%"},
	"client_audience": {"secret-audience"},
}

// FuzzTokenHolder looks for a token whose client's own secret is nowhere in the request. FuzzTokenRequest asks only for
// some right secret.
func FuzzTokenHolder(f *testing.F) {
	const form = "application/x-www-form-urlencoded"
	f.Add(form, clientForm, "")
	f.Add(form, "grant_type=client_credentials&client_id=client_audience&client_secret=secret-one", "")
	f.Add("application/json", `{"grant_type":"client_credentials","client_id":"client_backend","client_secret":"secret-audience"}`, "")
	f.Add(form, "grant_type=client_credentials&client_id=client_audience", basicOf("client_backend", "secret-one"))
	f.Add(form, "grant_type=client_credentials", basicOf("client_backend", "secret+two%2B100%25"))
	f.Add("", "grant_type=client_credentials&client_secret=", "basic ")
	under := newServer(f, func(o *Options) { o.Logger = nil })
	h := under.Handler(nil)
	f.Fuzz(func(t *testing.T, contentType, body, authorization string) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, fuzzedRequest("POST", "/oauth2/token", body, http.Header{
			"Content-Type": {contentType}, "Authorization": {authorization},
		}))
		if w.Code >= 500 || !json.Valid(w.Body.Bytes()) || w.Header().Get("Cache-Control") != "no-store" && w.Code != 401 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if w.Code != http.StatusOK {
			return
		}
		var claims struct {
			ClientID string `json:"client_id"`
		}
		if err := under.Key.Verify(response{w, t}.want(200)["access_token"].(string), &claims); err != nil {
			t.Fatal(err)
		}
		_, passwords := oauth.ParseBasic(authorization)
		everything := body + "\n" + unescaped(body) + "\n" + strings.Join(passwords, "\n")
		var members map[string]any
		if json.Unmarshal([]byte(body), &members) == nil {
			secret, _ := members["client_secret"].(string)
			everything += "\n" + secret
		}
		for _, secret := range secretsOf[claims.ClientID] {
			if strings.Contains(everything, secret) {
				return
			}
		}
		t.Fatalf("a token of %s for %q %q", claims.ClientID, body, authorization)
	})
}

// FuzzLists looks for a query to any list that is answered with something else than a list or a refusal, in JSON.
func FuzzLists(f *testing.F) {
	for i := range listPaths {
		f.Add(uint8(i), "limit=2&order=normal&before=api_key_ORG")
		f.Add(uint8(i), "organization_id=org_ACME&registration_types=dynamic,x&email=%00")
	}
	f.Add(uint8(0), "domains[]=a&domains=b,c&search=%ff;&limit=%31")
	under := newServer(f, func(o *Options) { o.Logger = nil })
	h := under.Handler(nil)
	f.Fuzz(func(t *testing.T, list uint8, query string) {
		w := httptest.NewRecorder()
		path := listPaths[int(list)%len(listPaths)]
		h.ServeHTTP(w, fuzzedRequest("GET", path+"?"+query, "", http.Header{"Authorization": {"Bearer sk_test_customer"}}))
		var body struct {
			Object   string
			Data     []struct{ ID string }
			Metadata map[string]*string `json:"list_metadata"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
			t.Fatalf("%v: %s", err, w.Body)
		}
		switch w.Code {
		case http.StatusBadRequest, http.StatusUnprocessableEntity:
			return
		case http.StatusOK:
		default:
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if body.Object != "list" || len(body.Data) > 100 || len(body.Metadata) != 2 {
			t.Fatalf("%s", w.Body)
		}
		for name, cursor := range body.Metadata {
			if cursor != nil && *cursor == "" {
				t.Fatalf("the cursor %s is empty", name)
			}
		}
	})
}

// FuzzBodies looks for a body to any endpoint that is answered with a server error.
func FuzzBodies(f *testing.F) {
	targets := []struct{ method, path string }{
		{"POST", "/organizations"}, {"PUT", "/organizations/org_ACME"}, {"POST", "/connect/applications"},
		{"PUT", "/connect/applications/client_portal"}, {"PUT", "/connect/applications/client_backend"}, {"POST", keysPath},
		{"POST", "/user_management/users/user_ALICE/api_keys"}, {"POST", "/api_keys/api_key_ORG/expire"},
		{"POST", "/api_keys/validations"}, {"POST", "/connect/applications/client_audience/client_secrets"},
		{"POST", "/oauth2/introspection"},
		{"POST", usersPath}, {"PUT", alicePath}, {"POST", magicAuthPath}, {"POST", verificationPath + "/confirm"}, {"POST", verificationPath + "/send"},
		{"POST", passwordResetPath}, {"POST", passwordResetPath + "/confirm"}, {"POST", factorsPath},
	}
	for i := range targets {
		f.Add(uint8(i), `{"name":"x","expires_at":null,"metadata":{"a":null},"domain_data":[{"domain":"d","state":"pending"}]}`)
		f.Add(uint8(i), `{"name":"x","application_type":"oauth","is_first_party":true,"redirect_uris":[{"uri":"https://a","default":true}]}`)
		f.Add(uint8(i), `{"email":"a@b","password":"x","password_hash":"$2b$","password_hash_type":"bcrypt","locale":"x","code":"000000","token":"x","new_password":"x"}`)
		f.Add(uint8(i), `{"email":"alice@acme.example","invitation_token":"x","type":"totp","totp_secret":"MFRGG","totp_issuer":":","totp_user":"%"}`)
		f.Add(uint8(i), `{"value":"sk_test_alice","expires_at":"2030-01-01T00:00:00Z","external_id":"é","scopes":["a"]}`)
	}
	f.Fuzz(func(t *testing.T, target uint8, body string) {
		under := newServer(t, func(o *Options) { o.Logger = nil }) // what is made stays in its own store
		to := targets[int(target)%len(targets)]
		w := httptest.NewRecorder()
		under.Handler(nil).ServeHTTP(w, fuzzedRequest(to.method, to.path, body, http.Header{
			"Authorization": {"Bearer " + acceptedKey}, "Content-Type": {"application/json"}, "Idempotency-Key": {"k"},
		}))
		if w.Code >= 500 || !json.Valid(w.Body.Bytes()) {
			t.Fatalf("%s %s: %d %s", to.method, to.path, w.Code, w.Body)
		}
	})
}

// FuzzLocalSecretStays looks for a request that takes a local secret to the next handler. What is fuzzed is all around the secret.
func FuzzLocalSecretStays(f *testing.F) {
	f.Add("/user_management/authenticate", "client_secret", "x", "application/json", uint8(0))
	f.Add("/oauth2/token", "client_secret", "client_id", "application/x-www-form-urlencoded", uint8(1))
	f.Add("/api_keys/validations", "value", "name", "text/plain", uint8(2))
	f.Add("/organizations", "after", "before", "", uint8(3))
	under := newServer(f, func(o *Options) { o.Logger = nil })
	f.Fuzz(func(t *testing.T, path, name, other, contentType string, form uint8) {
		secret := secretsOf["client_backend"][int(form/4)%2]
		query, body := "", ""
		switch form % 4 {
		case 0:
			encoded, err := json.Marshal(map[string]any{name: secret, other + "2": other})
			if err != nil {
				t.Fatal(err)
			}
			body = string(encoded)
		case 1:
			body = url.Values{name: {secret}, other + "2": {other}}.Encode()
		case 2:
			encoded, err := json.Marshal([]any{other, map[string]any{name: []string{secret}}})
			if err != nil {
				t.Fatal(err)
			}
			body = string(encoded)
		default:
			query = "?" + url.Values{other + "2": {other}, name: {secret}}.Encode()
		}
		r := fuzzedRequest("POST", "/"+strings.TrimLeft(strings.ReplaceAll(path, "?", ""), "/")+query, body, http.Header{"Content-Type": {contentType}})
		under.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if source.IsSealed(r.Context()) {
				panic(http.ErrAbortHandler)
			}
			t.Errorf("the next handler was sent %s %s with %s", r.Method, r.URL, body)
		})).ServeHTTP(httptest.NewRecorder(), r)
	})
}
