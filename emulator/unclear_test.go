package emulator

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

// unclearRequest is a request whose subject cannot be found out.
type unclearRequest struct {
	target, contentType, body string
	status                    int // of our own error
}

// unclearRequests are for each endpoint whose subject is in the body.
func unclearRequests() map[string]unclearRequest {
	const asJSON, asForm = "application/json", "application/x-www-form-urlencoded"
	large := strings.Repeat(" ", limits.RequestBody+1)
	deep := `{"a":` + strings.Repeat("[", limits.Depth+1)
	return map[string]unclearRequest{
		"validations, cut":            {"/api_keys/validations", asJSON, `{"value":"sk_theirs"`, 400},
		"validations, no JSON":        {"/api_keys/validations", asJSON, `value=sk_theirs`, 400},
		"validations, an array":       {"/api_keys/validations", asJSON, `["sk_theirs"]`, 400},
		"validations, empty":          {"/api_keys/validations", asJSON, ``, 422},
		"validations, no value":       {"/api_keys/validations", asJSON, `{"valu":"sk_theirs"}`, 422},
		"validations, a number":       {"/api_keys/validations", asJSON, `{"value":5}`, 422},
		"validations, null":           {"/api_keys/validations", asJSON, `{"value":null}`, 422},
		"validations, large":          {"/api_keys/validations", asJSON, large, 413},
		"validations, deep":           {"/api_keys/validations", asJSON, deep, 400},
		"token, form":                 {"/oauth2/token", asForm, "client_id=theirs&x=%zz", 400},
		"token, JSON":                 {"/oauth2/token", asJSON, `{"client_id":"theirs"`, 400},
		"token, an array":             {"/oauth2/token", asJSON, `[]`, 400},
		"token, a number":             {"/oauth2/token", asJSON, `{"client_id":5}`, 400},
		"token, large":                {"/oauth2/token", asForm, "client_id=theirs&x=" + large, 413},
		"token, deep":                 {"/oauth2/token", asJSON, deep, 400},
		"token, two clients":          {"/oauth2/token", asForm, "client_id=theirs&client_id=others", 400},
		"introspection, form":         {"/oauth2/introspection", asForm, "client_id=theirs&token=%z", 400},
		"introspection, two tokens":   {"/oauth2/introspection", asForm, "client_id=theirs&token=a&token=b", 400},
		"introspection, an array":     {"/oauth2/introspection", asJSON, `{"client_id":"theirs","token":["a"]}`, 400},
		"introspection, large":        {"/oauth2/introspection", asForm, "token=a&x=" + large, 413},
		"introspection, text as JSON": {"/oauth2/introspection", asJSON, "client_id=theirs&token=a", 400},
	}
}

// TestUnclearRequestsOfUnknownCallersGoOn checks that they are passed on unchanged, whether or not the endpoint is emulated. The error is
// answered only where the next handler does not answer.
func TestUnclearRequestsOfUnknownCallersGoOn(t *testing.T) {
	t.Parallel()
	for name, test := range unclearRequests() {
		for caller, change := range map[string]func(http.Header){"none": anonymous, "unknown": bearer("sk_live_theirs")} {
			for group, option := range map[string]func(*Options){"emulated": func(*Options) {}, "not": func(o *Options) { o.Emulate = []string{"jwks"} }} {
				t.Run(name+"/"+caller+"/"+group, func(t *testing.T) {
					t.Parallel()
					f, next := newServer(t, option), &recorder{status: 299, body: `{}`}
					alone := f.send("POST", test.target, test.body, header("Content-Type", test.contentType), change)
					want := test.status
					switch {
					case group == "not":
						want = 501
					case test.target == "/api_keys/validations":
						want = 401 // a caller without a valid key gets no details
					}
					if alone.Code != want {
						t.Errorf("alone, it is %d %.200s, want %d", alone.Code, alone.Body, want)
					}
					f.next = next
					r := f.send("POST", test.target, test.body, header("Content-Type", test.contentType), change)
					sent := next.take()
					if r.Code != 299 || len(sent) != 1 || sent[0].body != test.body || sent[0].keyAllowed {
						t.Errorf("it is %d %.200s, and the next handler was sent %d requests", r.Code, r.Body, len(sent))
					}
				})
			}
		}
	}
}

// TestUnclearRequestsOfKnownCallersAreAnsweredHere checks emulated endpoints. At others, such requests are passed on as all requests of known
// callers are.
func TestUnclearRequestsOfKnownCallersAreAnsweredHere(t *testing.T) {
	t.Parallel()
	for name, test := range unclearRequests() {
		for key, off := range map[string]int{acceptedKey: 299, "sk_test_upstream": 299, "sk_test_customer": 401, "sk_test_expired": 401} {
			t.Run(name+"/"+key, func(t *testing.T) {
				t.Parallel()
				f, next := newServer(t), &recorder{status: 299, body: `{}`}
				f.next = next
				want := test.status
				if key == "sk_test_expired" {
					want = 401
				}
				f.send("POST", test.target, test.body, header("Content-Type", test.contentType), bearer(key)).want(want)
				if sent := next.take(); len(sent) != 0 {
					t.Errorf("the next handler was sent %.200v", sent)
				}
				f = newServer(t, func(o *Options) { o.Emulate = []string{"jwks"} })
				f.next = next
				f.send("POST", test.target, test.body, header("Content-Type", test.contentType), bearer(key)).want(off)
				if sent := next.take(); (len(sent) == 1) != (off == 299) || off == 299 && sent[0].authorization != "" {
					t.Errorf("the next handler was sent %.200v", sent)
				}
			})
		}
	}
}

// TestUnclearRequestsThatAreLocalStayHere has requests that are local by what can be read of them, or in which the guard finds a secret.
func TestUnclearRequestsThatAreLocalStayHere(t *testing.T) {
	t.Parallel()
	f, next := newServer(t), &recorder{status: 299, body: `{}`}
	token := f.form("/oauth2/token", clientForm).want(200)["access_token"].(string)
	f.next = next
	large := strings.Repeat("x", limits.RequestBody)
	for name, test := range map[string]struct {
		target, body string
		change       func(http.Header)
		status       int
	}{
		"form, a local client":       {"/oauth2/token", "client_id=client_backend&x=%zz", anonymous, 400},
		"Basic, a local client":      {"/oauth2/token", "x=%zz", basic("client_backend", "x"), 400},
		"Basic, large":               {"/oauth2/token", "x=" + large, basic("client_backend", "x"), 413},
		"one of two clients":         {"/oauth2/token", "client_id=theirs&client_id=client_backend", anonymous, 400},
		"two secrets":                {"/oauth2/token", "client_id=theirs&client_secret=x&client_secret=secret-one", anonymous, 400},
		"one of two tokens":          {"/oauth2/introspection", "client_id=theirs&token=x&token=" + token, anonymous, 400},
		"a secret in what is cut":    {"/api_keys/validations", `{"value":"sk_test_customer"`, anonymous, 403},
		"a secret in an array":       {"/api_keys/validations", `{"value":["sk_test_customer"]}`, anonymous, 403},
		"a secret in what is large":  {"/api_keys/validations", `{"value":"sk_test_customer","x":"` + large + `"}`, anonymous, 403},
		"a secret at the end":        {"/oauth2/token", "client_id=theirs&x=" + large + "&y=sk_test_customer", anonymous, 403},
		"a secret behind an escape":  {"/oauth2/token", "x=%zz&y=sk_test_customer", anonymous, 403},
		"a token in what is no form": {"/oauth2/introspection", "x=%zz;token=" + token, anonymous, 403},
	} {
		t.Run(name, func(t *testing.T) {
			if r := f.form(test.target, test.body, test.change); r.Code != test.status {
				t.Errorf("it is %d %.200s, want %d", r.Code, r.Body, test.status)
			}
			for _, sent := range next.take() {
				if strings.Contains(sent.body, "sk_test_customer") || strings.Contains(sent.body, token) || test.status != 403 {
					t.Errorf("the next handler was sent %.200v", sent)
				}
			}
		})
	}
}

// TestBodiesThatEndEarlyGoNowhere checks all endpoints and callers.
func TestBodiesThatEndEarlyGoNowhere(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/api_keys/validations", "/oauth2/token", "/oauth2/introspection", "/vault/v1/kv", "/user_management/authenticate"} {
		for _, key := range []string{"", "sk_live_theirs", acceptedKey} {
			for _, emulate := range [][]string{nil, {"jwks"}} {
				f, next := newServer(t, func(o *Options) { o.Emulate = emulate }), &recorder{status: 299, body: "{}"}
				r := httptest.NewRequest("POST", target, io.MultiReader(strings.NewReader(`{"a":`), unreadable{}))
				r.Header.Set("Content-Type", "application/json")
				if key != "" {
					r.Header.Set("Authorization", "Bearer "+key)
				}
				w := httptest.NewRecorder()
				f.Handler(next).ServeHTTP(w, r)
				if sent := next.take(); w.Code != 400 || len(sent) != 0 {
					t.Errorf("%s, %q: %d %s; the next handler was sent %v", target, key, w.Code, w.Body, sent)
				}
			}
		}
	}
}
