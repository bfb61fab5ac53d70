package emulator

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestSecretsWithReservedCharacters has both forms that clients send: encoded, as RFC 6749 §2.3.1 requires, and raw.
func TestSecretsWithReservedCharacters(t *testing.T) {
	t.Parallel()
	const yaml = `
organizations: [{name: Acme}]
connectApplications:
  - {name: A, organization: Acme, client_id: "client a", client_secrets: ["100%", "a+b", "a%2Bb", "x:y", "é"]}
`
	for name, test := range map[string]struct {
		user, password string
		status         int
	}{
		"raw percent":            {"client a", "100%", 200},
		"encoded percent":        {"client+a", "100%25", 200},
		"raw plus":               {"client a", "a+b", 200},
		"encoded plus":           {"client%20a", "a%2Bb", 200}, // is also a secret of its own
		"encoded encoded plus":   {"client+a", "a%252Bb", 200},
		"colon":                  {"client a", "x:y", 200},
		"beyond ASCII":           {"client a", "é", 200},
		"encoded beyond ASCII":   {"client a", "%C3%A9", 200},
		"a space is no plus":     {"client a", "a b", 401},
		"encoded twice too many": {"client a", "100%2525", 401},
		"empty":                  {"client a", "", 401},
		"empty user":             {"", "100%", 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newSeeded(t, yaml)
			r := f.form("/oauth2/token", "grant_type=client_credentials", basic(test.user, test.password))
			r.want(test.status)
			if challenged := r.Header().Get("WWW-Authenticate") != ""; challenged != (test.status == 401) {
				t.Errorf("challenged: %t", challenged)
			}
		})
	}
}

// TestEverySecretIsLiveUntilDeleted covers the rotation of a secret: the new one beside the old, then alone.
func TestEverySecretIsLiveUntilDeleted(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	exchange := func(secret string, status int) {
		t.Helper()
		f.form("/oauth2/token", "grant_type=client_credentials&client_id=client_audience&client_secret="+secret).want(status)
	}
	const path = "/connect/applications/conn_app_AUD/client_secrets"
	old := f.send("GET", path, "").array(200)[0]
	fresh := f.send("POST", path, "").want(201)["secret"].(string)
	exchange("secret-audience", 200)
	exchange(fresh, 200)
	f.send("DELETE", "/connect/client_secrets/"+old["id"].(string), "").want(204)
	exchange("secret-audience", 401)
	exchange(fresh, 200)
	f.send("DELETE", "/connect/applications/conn_app_AUD", "").want(204)
	exchange(fresh, 401)
}

// TestAudiencePrecedence checks the order: the application's audience, the configured one, the client_id (WORKOS.md, "M2M access token").
func TestAudiencePrecedence(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ client, secret, configured, want string }{
		{"client_audience", "secret-audience", "client_CONFIGURED", "client_ENV"},
		{"client_audience", "secret-audience", "", "client_ENV"},
		{"client_backend", "secret-one", "client_CONFIGURED", "client_CONFIGURED"},
		{"client_backend", "secret-one", "", "client_backend"},
	} {
		t.Run(fmt.Sprintf("%s, configured %q", test.client, test.configured), func(t *testing.T) {
			t.Parallel()
			f := newServer(t, func(o *Options) { o.Audience = test.configured })
			got := f.form("/oauth2/token", "grant_type=client_credentials&client_id="+test.client+"&client_secret="+test.secret).want(200)
			if _, claims := claimsOf(t, f, got["access_token"].(string)); claims["aud"] != test.want {
				t.Errorf("aud is %v, want %s", claims["aud"], test.want)
			}
		})
	}
}

// TestApplicationWithoutScopes keeps both claims there, as a consumer that reads them expects.
func TestApplicationWithoutScopes(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	got := f.form("/oauth2/token", "grant_type=client_credentials&client_id=client_audience&client_secret=secret-audience").want(200)
	_, claims := claimsOf(t, f, got["access_token"].(string))
	if scopes, isArray := claims["scp"].([]any); !isArray || len(scopes) != 0 || claims["scope"] != "" || got["scope"] != "" {
		t.Errorf("the claims are %v", claims)
	}
	f.form("/oauth2/token", "grant_type=client_credentials&client_id=client_audience&client_secret=secret-audience&scope=posts:read").want(400)
}

// TestIssuerIsTheRequestsOrigin covers TLS, which httptest.NewRequest turns on for https.
func TestIssuerIsTheRequestsOrigin(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	for _, origin := range []string{"https://auth.example", "http://localhost:4100"} {
		r := httptest.NewRequest(http.MethodPost, origin+"/oauth2/token", strings.NewReader(clientForm))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		f.Handler(nil).ServeHTTP(w, r)
		token := response{w, t}.want(200)["access_token"].(string)
		if _, claims := claimsOf(t, f, token); claims["iss"] != origin {
			t.Errorf("iss is %v, want %s", claims["iss"], origin)
		}
	}
}

// TestTokensDiffer rules out that two tokens that are issued at the same time are equal.
func TestTokensDiffer(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	seen := map[any]bool{}
	for range 20 {
		_, claims := claimsOf(t, f, f.form("/oauth2/token", clientForm).want(200)["access_token"].(string))
		seen[claims["jti"]] = true
	}
	if len(seen) != 20 {
		t.Errorf("20 tokens have %d ids", len(seen))
	}
}

// TestForeignTokenRequestsGoOn is about token requests of clients that are not local, with or without errors.
func TestForeignTokenRequestsGoOn(t *testing.T) {
	t.Parallel()
	f, next := newServer(t), &recorder{status: 200, body: "{}"}
	f.next = next
	for _, test := range []struct{ kind, body string }{
		{"application/x-www-form-urlencoded", "grant_type=client_credentials&client_id=theirs&client_secret=x&resource=a&resource=b"},
		{"application/json", `{"grant_type":"client_credentials","client_id":"theirs","client_secret":"x","resource":["a","b"]}`},
	} {
		f.send("POST", "/oauth2/token", test.body, anonymous, header("Content-Type", test.kind)).want(200)
		if sent := next.take(); len(sent) != 1 || sent[0].body != test.body {
			t.Errorf("the next handler was sent %v, want %s", sent, test.body)
		}
	}
	f.form("/oauth2/token", "grant_type=client_credentials&client_id=theirs&client_id=client_backend").want(400)
	token := f.form("/oauth2/token", clientForm).want(200)["access_token"].(string)
	f.form("/oauth2/introspection", "client_id=theirs&token=x&token="+token).want(400)
	if sent := next.take(); len(sent) != 0 {
		t.Errorf("a request of two clients, or for two tokens, was passed on: %v", sent)
	}
}
