package realkey

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestExchange replaces a local key by a real key of another length, in each spelling of the field.
func TestExchange(t *testing.T) {
	t.Parallel()
	const asJSON, asForm = "application/json", "application/x-www-form-urlencoded"
	for name, test := range map[string]struct {
		contentType, body, want string
		values                  string
	}{
		"JSON":                  {asJSON, `{"client_id":"c","client_secret":"sk_local","code":"x"}`, `{"client_id":"c","client_secret":"sk_\"real\u0026","code":"x"}`, "sk_local"},
		"JSON with spaces":      {asJSON + "; charset=utf-8", "{ \"client_secret\" : \"sk_local\" }\n", `{ "client_secret" : "sk_\"real\u0026" }` + "\n", "sk_local"},
		"JSON with escapes":     {asJSON, `{"client\u005fsecret":"sk\u005flocal"}`, `{"client\u005fsecret":"sk_\"real\u0026"}`, "sk_local"},
		"JSON twice":            {asJSON, `{"client_secret":"a","client_secret":"b"}`, `{"client_secret":"sk_\"real\u0026","client_secret":"sk_\"real\u0026"}`, "a b"},
		"JSON without a type":   {"", `{"client_secret":"a"}`, `{"client_secret":"sk_\"real\u0026"}`, "a"},
		"a number":              {asJSON, `{"client_secret":1}`, `{"client_secret":1}`, ""},
		"a member of a member":  {asJSON, `{"a":{"client_secret":"b"}}`, `{"a":{"client_secret":"b"}}`, ""},
		"form":                  {asForm, "client_id=c&client_secret=sk_local&code=x", "client_id=c&client_secret=sk_%22real%26&code=x", "sk_local"},
		"form with escapes":     {asForm, "client%5Fsecret=sk%5Flocal", "client%5Fsecret=sk_%22real%26", "sk_local"},
		"form twice":            {asForm, "client_secret=a&client_secret=b", "client_secret=sk_%22real%26&client_secret=sk_%22real%26", "a b"},
		"form without a value":  {asForm, "client_secret", "client_secretsk_%22real%26", ""},
		"form that is no such":  {asForm, "client_secret=%zz", "client_secret=%zz", ""},
		"JSON that is cut off":  {asJSON, `{"client_secret":"a"`, `{"client_secret":"a"`, ""},
		"something else":        {"text/plain", "hello", "hello", ""},
		"JSON that says a form": {asForm, `{"client_secret":"a"}`, `{"client_secret":"a"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fields := Fields(test.contentType, []byte(test.body))
			var values []string
			for _, f := range fields {
				values = append(values, f.Value)
			}
			if got := strings.Join(values, " "); got != test.values {
				t.Fatalf("the fields hold %q, want %q", got, test.values)
			}
			if len(fields) == 0 || test.values == "" {
				return
			}
			emptied, moved := Empty([]byte(test.body), fields)
			if strings.Contains(string(emptied), "local") {
				t.Errorf("the body still holds the local key: %s", emptied)
			}
			grant := Grant{Body: moved}
			ctx := context.WithValue(t.Context(), ContextKey, &grant)
			r := httptest.NewRequestWithContext(ctx, "POST", "/sso/token", strings.NewReader(string(emptied)))
			keyed, err := GrantOf(r.Context()).Put(r, New(`sk_"real&`))
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(keyed.Body)
			if string(body) != test.want || keyed.ContentLength != int64(len(test.want)) {
				t.Errorf("the body is %s (%d), want %s", body, keyed.ContentLength, test.want)
			}
			if keyed.Header.Get("Authorization") != "" || r.Header.Get("Authorization") != "" {
				t.Error("the key is in the header as well")
			}
		})
	}
}

// TestChangedBodyGetsNoKey has a body that another handler has changed on its way.
func TestChangedBodyGetsNoKey(t *testing.T) {
	t.Parallel()
	_, fields := Empty([]byte(`{"client_secret":"a"}`), Fields("application/json", []byte(`{"client_secret":"a"}`)))
	for _, body := range []string{"", "{}", `{"client_secret" :"` + Placeholder + `"}`, `{"client_secret":"` + Placeholder[1:] + `x"}`} {
		r := httptest.NewRequest("POST", "/sso/token", strings.NewReader(body))
		if keyed, err := (Grant{Body: fields}).Put(r, New("sk_real")); err == nil {
			sent, _ := io.ReadAll(keyed.Body)
			t.Errorf("%q became %q", body, sent)
		}
	}
}

func TestWhoMayHaveTheKey(t *testing.T) {
	t.Parallel()
	if GrantOf(t.Context()).Allowed(httptest.NewRequest("GET", "/", nil)) {
		t.Error("a request without a grant may have the key")
	}
	for method, want := range map[string]bool{"GET": true, "POST": true, "TRACE": false, "trace": false} {
		r := &http.Request{Method: method}
		if got := (Grant{Header: true}).Allowed(r); got != want {
			t.Errorf("%s: %v", method, got)
		}
	}
	for target, want := range map[string]bool{
		"/user_management/authenticate": true, "/sso/token": true, "//sso//token/": true, "/sso/token/x": false, "/sso/authorize": false, "/oauth2/token": false,
	} {
		r := httptest.NewRequest("POST", "http://x"+target, nil)
		if got := TakenInBody(r); got != want {
			t.Errorf("%s: %v", target, got)
		}
	}
	if TakenInBody(httptest.NewRequest("GET", "/sso/token", nil)) {
		t.Error("a GET has no body")
	}
}
