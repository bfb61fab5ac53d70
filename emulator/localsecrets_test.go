package emulator

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// TestLocalSecretsInOddPlacesNeverLeave is for requests that are not quite what their headers say, as a slip of the
// caller's makes them: `curl -d` calls every body a form. TestLocalSecretsNeverLeave has the well-formed ones.
func TestLocalSecretsInOddPlacesNeverLeave(t *testing.T) {
	t.Parallel()
	const credentials = `{"grant_type":"client_credentials","client_id":"client_backend","client_secret":"secret-one"}`
	const form = "application/x-www-form-urlencoded"
	unpadded := strings.TrimRight(basicOf("xy", "sk_test_customer"), "=")
	urlSafe := "Basic " + base64.URLEncoding.EncodeToString([]byte("\xff\xfe?:secret-one"))
	for name, test := range map[string]struct {
		method, target, body, contentType string
		change                            func(http.Header)
	}{
		"JSON called a form, token endpoint":    {"POST", "/oauth2/token", credentials, form, anonymous},
		"JSON without a type, token endpoint":   {"POST", "/oauth2/token", credentials, "", anonymous},
		"JSON called a form, another endpoint":  {"POST", "/user_management/authenticate", credentials, form, anonymous},
		"repeated JSON member, token endpoint":  {"POST", "/oauth2/token", `{"client_id":"client_backend","client_id":"x","client_secret":"secret-one","client_secret":"x"}`, "application/json", anonymous},
		"repeated JSON member, validations":     {"POST", "/api_keys/validations", `{"value":"sk_test_customer","value":"x"}`, "application/json", bearer(acceptedKey)},
		"repeated JSON member, another":         {"POST", "/user_management/authenticate", `{"client_secret":"secret-one","client_secret":"x"}`, "application/json", anonymous},
		"repeated parameter, another":           {"POST", "/sso/token", "client_secret=x&client_secret=secret-one", form, anonymous},
		"two JSON values":                       {"POST", "/user_management/authenticate", `{} {"client_secret":"secret-one"}`, "application/json", anonymous},
		"JSON array":                            {"POST", "/user_management/authenticate", `["secret-one"]`, "application/json", anonymous},
		"JSON escapes":                          {"POST", "/user_management/authenticate", `{"a":"secret\u002done"}`, "application/json", anonymous},
		"JSON suffix type":                      {"POST", "/user_management/authenticate", `{"a":"secret-one"}`, "application/merge-patch+json", anonymous},
		"query beside a semicolon":              {"GET", "/any?a=1;b&key=sk_test_customer", "", "", bearer(acceptedKey)},
		"query behind a semicolon":              {"GET", "/any?a=1;key=sk_test_customer", "", "", bearer(acceptedKey)},
		"query of a merged list":                {"GET", "/organizations?key=sk_test_customer", "", "", bearer(acceptedKey)},
		"filter of a merged list":               {"GET", "/connect/applications?organization_id=sk_test_customer", "", "", bearer(acceptedKey)},
		"owner of what is created":              {"POST", "/connect/applications", `{"name":"x","application_type":"m2m","organization_id":"sk_test_customer"}`, "application/json", bearer(acceptedKey)},
		"introspection of a local token's name": {"POST", "/oauth2/introspection", "client_id=x&client_secret=secret-one&token=x", form, anonymous},
		"basic without padding":                 {"GET", "/any", "", "", header("Authorization", unpadded)},
		"basic in URL-safe characters":          {"POST", "/oauth2/token", "grant_type=client_credentials&client_id=x", form, header("Authorization", urlSafe)},
		"basic beside another secret in a body": {"POST", "/oauth2/token", "grant_type=client_credentials&client_id=x&client_secret=x", form, basic("x", "secret-one")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, next := newServer(t), &recorder{status: 200, body: `{"object":"list","data":[]}`}
			f.next = next
			f.send(test.method, test.target, test.body, header("Content-Type", test.contentType), test.change)
			for _, sent := range next.take() {
				everything := unescaped(sent.uri) + sent.body + sent.authorization
				for _, secret := range append(localSecrets, `secret\u002done`, basicOf("x", "secret-one"), unpadded, urlSafe) {
					if strings.Contains(everything, secret) {
						t.Errorf("the next handler was sent %+v", sent)
					}
				}
			}
		})
	}
}

func basicOf(user, password string) string {
	h := http.Header{}
	basic(user, password)(h)
	return h.Get("Authorization")
}

func unescaped(uri string) string {
	if plain, err := url.QueryUnescape(uri); err == nil {
		return plain
	}
	return uri
}

// TestWhatWasDeletedNeverLeaves rules out that a deleted local credential is treated as one of the upstream.
func TestWhatWasDeletedNeverLeaves(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		remove string // what is deleted
		secret string
	}{
		"API key":                     {"/api_keys/api_key_ORG", "sk_test_customer"},
		"upstream API key":            {"/api_keys/api_key_UP", "sk_test_upstream"},
		"API keys of an organization": {"/organizations/org_ACME", "sk_test_customer"},
		"secrets of an application":   {"/connect/applications/conn_app_AUD", "secret-audience"},
		"secrets of an organization":  {"/organizations/org_ACME", "secret-one"},
		"secrets of a portal":         {"/connect/applications/client_portal", "secret-portal"},
		"secrets of a backend":        {"/connect/applications/client_backend", "secret-one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, next := newServer(t), &recorder{status: 200, body: "{}"}
			if r := f.send("DELETE", test.remove, ""); r.Code/100 != 2 {
				t.Fatal(r.Code, r.Body)
			}
			f.next = next
			f.send("GET", "/vault", "", bearer(test.secret))
			f.send("GET", "/organizations", "", bearer(test.secret))
			f.send("POST", "/api_keys/validations", `{"value":"`+test.secret+`"}`)
			f.send("POST", "/user_management/authenticate", `{"client_secret":"`+test.secret+`"}`, anonymous)
			f.form("/oauth2/token", "grant_type=client_credentials&client_id=unknown&client_secret="+test.secret)
			f.form("/oauth2/token", "grant_type=client_credentials", basic("unknown", test.secret))
			for _, sent := range next.take() {
				if strings.Contains(sent.body+sent.authorization, test.secret) || sent.authorization == basicOf("unknown", test.secret) {
					t.Errorf("the next handler was sent %+v", sent)
				}
			}
		})
	}
}

// TestDeletedClientSecretNeverLeaves is apart because a client secret can be deleted while its application stays.
func TestDeletedClientSecretNeverLeaves(t *testing.T) {
	t.Parallel()
	f, next := newServer(t), &recorder{status: 200, body: "{}"}
	made := f.send("POST", "/connect/applications/client_audience/client_secrets", "").want(201)
	f.send("DELETE", "/connect/client_secrets/"+made["id"].(string), "").want(204)
	f.next = next
	secret := made["secret"].(string)
	f.form("/oauth2/token", "grant_type=client_credentials&client_id=client_audience&client_secret="+secret).want(401)
	f.form("/oauth2/token", "grant_type=client_credentials&client_id=unknown&client_secret="+secret)
	f.send("POST", "/user_management/authenticate", `{"client_secret":"`+secret+`"}`, anonymous)
	for _, sent := range next.take() {
		if strings.Contains(sent.body, secret) {
			t.Errorf("the next handler was sent a client secret that was deleted: %s %s", sent.method, sent.uri)
		}
	}
}

// untouchable is a body that fails the test when it is read.
type untouchable struct{ t *testing.T }

func (u untouchable) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

// TestBodyThatIsNotThereIsNotRead is about the cost of requests without a body: Caddy wraps an empty body too.
func TestBodyThatIsNotThereIsNotRead(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	r := httptest.NewRequest(http.MethodGet, "/events", untouchable{t})
	r.ContentLength = 0
	f.Handler(nil).ServeHTTP(httptest.NewRecorder(), r)
}

// TestLocalSecretsNeverLeave sends every local secret in every place, from every kind of caller.
func TestLocalSecretsNeverLeave(t *testing.T) {
	t.Parallel()
	f, next := newServer(t), &recorder{status: 200, body: `{"object":"list","data":[]}`}
	f.next = next
	f.send("DELETE", "/api_keys/api_key_USER", "").want(204)
	token := f.form("/oauth2/token", clientForm).want(200)["access_token"].(string)
	for _, secret := range append(localSecrets[:1:1], localSecrets[3:]...) {
		for _, change := range []func(http.Header){anonymous, bearer(acceptedKey), bearer("sk_live_unknown")} {
			f.send("POST", "/api_keys/validations", `{"value":"`+secret+`"}`, change)
			f.send("POST", "/user_management/authenticate", `{"grant_type":"x","client_secret":"`+secret+`"}`, change)
			f.send("POST", "/deep", `{"a":[{"b":"`+secret+`"}]}`, change)
			f.send("POST", "/sso/token", "client_secret="+secret, change, header("Content-Type", "application/x-www-form-urlencoded"))
			f.send("GET", "/any?key="+url.QueryEscape(secret), "", change)
			f.form("/oauth2/token", "grant_type=client_credentials&client_id=unknown&client_secret="+secret)
			f.form("/oauth2/token", "grant_type=refresh_token&client_id=client_backend&client_secret="+secret)
			f.form("/oauth2/token", "grant_type=client_credentials", basic("unknown", secret))
		}
		f.send("GET", "/any", "", header("Authorization", secret))
		f.send("GET", "/any", "", basic(secret, ""))
		f.send("GET", "/any", "", basic("", secret))
	}
	f.form("/oauth2/introspection", "client_id=unknown&client_secret=theirs&token="+token)
	for _, sent := range next.take() {
		for _, secret := range append(localSecrets, token) {
			if strings.Contains(fmt.Sprint(sent), secret) {
				t.Errorf("the next handler was sent %v", sent)
			}
		}
	}
	f.send("POST", "/user_management/authenticate", `{"client_secret":"sk_live_theirs"}`, anonymous)
	if sent := next.take(); len(sent) != 1 || sent[0].body != `{"client_secret":"sk_live_theirs"}` {
		t.Errorf("a foreign secret did not go on: %v", sent)
	}
}
