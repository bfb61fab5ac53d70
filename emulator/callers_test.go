package emulator

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/store"
)

func TestCallers(t *testing.T) {
	t.Parallel()
	raw := func(value string) func(http.Header) { return header("Authorization", value) }
	for name, test := range map[string]struct {
		change   func(http.Header)
		emulated int  // the status of GET /organizations/org_ACME
		passed   bool // whether GET /vault reaches next
		asUs     bool // without its Authorization, and with the real key allowed
	}{
		"accepted":         {bearer(acceptedKey), 200, true, true},
		"upstream":         {bearer("sk_test_upstream"), 200, true, true},
		"lower-case":       {raw("bearer sk_test_upstream"), 200, true, true},
		"customer":         {bearer("sk_test_customer"), 200, false, false},
		"expired":          {bearer("sk_test_expired"), 401, false, false},
		"unknown":          {bearer("sk_live_unknown"), 299, true, false},
		"none":             {anonymous, 299, true, false},
		"garbage":          {raw("\x01\xff%%%"), 299, true, false},
		"raw key":          {raw("sk_test_upstream"), 403, false, false},
		"key in Basic":     {basic("sk_test_upstream", ""), 403, false, false},
		"secret in Basic":  {basic("client_backend", "secret-one"), 403, false, false},
		"behind a tab":     {raw("Bearer\tsk_test_upstream"), 403, false, false},
		"in quotes":        {raw(`Bearer "sk_test_upstream"`), 403, false, false},
		"as a parameter":   {raw(`Token token="sk_test_customer"`), 403, false, false},
		"secret as bearer": {bearer("secret-one"), 401, false, false},
		"two headers": {func(h http.Header) {
			h["Authorization"] = []string{"Bearer sk_live_unknown", "Bearer sk_test_customer"}
		}, 200, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, next := newServer(t), &recorder{status: 299, body: `{}`}
			f.next = next
			if r := f.send("GET", "/organizations/org_ACME", "", test.change); r.Code != test.emulated {
				t.Errorf("the emulated endpoint answers %d: %s", r.Code, r.Body)
			}
			next.take()
			h := http.Header{"Authorization": {"Bearer " + acceptedKey}}
			test.change(h)
			r := f.send("GET", "/vault?x=%20y", "", test.change)
			sent := next.take()
			if !test.passed {
				got := r.want(max(test.emulated, 401))
				if len(sent) != 0 || r.Code == 401 && !maps.Equal(got, map[string]any{"message": "Unauthorized"}) || r.Code == 403 && got["code"] != "local_secret" {
					t.Errorf("the next handler was sent %v; the answer is %d %s", sent, r.Code, r.Body)
				}
				return
			}
			want := recorded{"GET", "/vault?x=%20y", strings.Join(h.Values("Authorization"), "|"), "", test.asUs}
			if test.asUs {
				want.authorization = ""
			}
			if len(sent) != 1 || sent[0] != want || r.Code != 299 || r.Header().Get("X-Workos-Source") != "upstream" {
				t.Errorf("the next handler was sent %v, want %v; the answer is %d", sent, want, r.Code)
			}
		})
	}
}

func TestNobodyBehind(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	for _, test := range []struct {
		method, path string
		change       func(http.Header)
		status       int
		code         any
	}{
		{"GET", "/vault", bearer(acceptedKey), 501, "not_emulated"},
		{"GET", "/vault", anonymous, 501, "not_emulated"},
		{"PATCH", "/organizations/org_ACME", bearer(acceptedKey), 405, "method_not_allowed"},
		{"GET", "/organizations/org_ACME", anonymous, 401, nil},
		{"GET", "/organizations", bearer("nobody's"), 401, nil},
		{"POST", "/organizations", anonymous, 401, nil},
		{"GET", "/organizations/org_NONE", bearer(acceptedKey), 404, "entity_not_found"},
		{"DELETE", "/api_keys/none", bearer(acceptedKey), 404, "entity_not_found"},
	} {
		r := f.send(test.method, test.path, "", test.change)
		body := r.want(test.status)
		if body["code"] != test.code || r.Header().Get("X-Workos-Source") != "emulator" {
			t.Errorf("%s %s: %v from %s", test.method, test.path, body, r.Header().Get("X-Workos-Source"))
		}
	}
}

// TestDisabledGroupGoesOn also proves that a local secret does not go with it.
func TestDisabledGroupGoesOn(t *testing.T) {
	t.Parallel()
	f, next := newServer(t, func(o *Options) { o.Emulate = []string{"jwks"} }), &recorder{status: 299, body: "{}"}
	f.next = next
	f.send("GET", "/organizations/org_ACME", "").want(299)
	f.form("/oauth2/token", clientForm).want(501)
	f.send("POST", "/api_keys/validations", `{"value":"sk_test_customer"}`).want(501)
	f.send("POST", "/api_keys/validations", `{"value":"sk_live_theirs"}`).want(299)
	for _, sent := range next.take() {
		for _, secret := range localSecrets {
			if strings.Contains(sent.body, secret) {
				t.Errorf("the next handler was sent %v", sent)
			}
		}
	}
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

func TestIdempotency(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	const path, body = "/organizations/org_ACME/api_keys", `{"name":"once"}`
	key := header("Idempotency-Key", "k")
	first := f.send("POST", path, body, key)
	first.want(201)
	if again := f.send("POST", path, body, key); again.Code != 201 || again.Body.String() != first.Body.String() {
		t.Errorf("again: %d %s", again.Code, again.Body)
	}
	f.send("POST", path, `{"name":"other"}`, key).want(400)
	if other := f.send("POST", path, body, key, bearer("sk_test_upstream")); other.Code != 201 || other.Body.String() == first.Body.String() {
		t.Error("another caller got the first one's answer")
	}
	f.send("POST", path, `{"name":5}`, header("Idempotency-Key", "failed")).want(422)
	f.send("POST", path, body, header("Idempotency-Key", "failed")).want(201)
	for _, k := range []string{"k"} {
		f.now = f.now.Add(24 * time.Hour)
		if later := f.send("POST", path, body, header("Idempotency-Key", k)); later.Code != 201 || later.Body.String() == first.Body.String() {
			t.Error("the answer is still given after 24 h")
		}
	}

	var wait sync.WaitGroup
	bodies := make([]string, 8)
	for i := range bodies {
		wait.Go(func() { bodies[i] = f.send("POST", path, body, header("Idempotency-Key", "all at once")).Body.String() })
	}
	wait.Wait()
	for _, got := range bodies {
		if got != bodies[0] {
			t.Error("two of the same request were answered differently")
		}
	}
}

func TestPanicIsNotAnsweredAsSuccess(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	f.next = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret-one") })
	if got := f.send("GET", "/vault", "").want(500); got["code"] != "internal_server_error" {
		t.Error(got)
	}
	f.send("GET", "/oauth2/jwks", "").want(200)

	f.next = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half"))
		panic("secret-one")
	})
	server := httptest.NewServer(f.Handler(f.next))
	defer server.Close()
	if response, err := http.Get(server.URL + "/vault"); err == nil {
		response.Body.Close()
		t.Errorf("half an answer came whole: %s", response.Status)
	}
}

func TestLogsHoldNoSecret(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	f.next = &recorder{status: 500, body: "not json"}
	made := f.send("POST", "/organizations/org_ACME/api_keys", `{"name":"x"}`, header("Idempotency-Key", "idem")).want(201)["value"].(string)
	token := f.form("/oauth2/token", clientForm).want(200)["access_token"].(string)
	for _, secret := range append(localSecrets, made, token) {
		f.form("/oauth2/token", "grant_type=client_credentials&client_id=client_backend&client_secret="+secret)
		f.form("/oauth2/introspection", clientForm+"&token="+secret)
		f.send("GET", "/organizations?search="+url.QueryEscape(secret), "", bearer(secret))
		f.send("POST", "/api_keys/validations", `{"value":"`+secret+`"`)
		f.send("POST", "/api_keys/validations", `{"value":"`+secret+`"}`)
		f.send("GET", "/"+url.PathEscape(secret), "")
	}
	for _, entry := range f.logs.All() {
		line := fmt.Sprint(entry.Message, entry.ContextMap())
		for _, secret := range append(localSecrets, made, token, acceptedKey) {
			if strings.Contains(line, secret) {
				t.Errorf("the log says %s", line)
			}
		}
	}
	if f.logs.Len() == 0 {
		t.Error("nothing was logged")
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	good := Options{Store: store.New(), Secrets: &guard.Secrets{}, Key: testKey()}
	for name, change := range map[string]func(*Options){
		"Store":      func(o *Options) { o.Store = nil },
		"Secrets":    func(o *Options) { o.Secrets = nil },
		"Key":        func(o *Options) { o.Key = nil },
		"TokenTTL":   func(o *Options) { o.TokenTTL = -1 },
		"AcceptKeys": func(o *Options) { o.AcceptKeys = []string{""} },
		"group":      func(o *Options) { o.Emulate = []string{"tokens"} },
	} {
		o := good
		change(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
