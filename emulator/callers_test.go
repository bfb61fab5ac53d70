package emulator

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestCallers(t *testing.T) {
	t.Parallel()
	raw := func(value string) func(http.Header) { return header("Authorization", value) }
	for name, test := range map[string]struct {
		change   func(http.Header)
		emulated int  // the status of GET /organizations/org_ACME
		passed   bool // GET /vault reaches the next handler
		withKey  bool // it has no Authorization there, and the real key is allowed
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
			want := recorded{"GET", "/vault?x=%20y", strings.Join(h.Values("Authorization"), "|"), "", test.withKey}
			if test.withKey {
				want.authorization = ""
			}
			if len(sent) != 1 || sent[0] != want || r.Code != 299 || r.Header().Get("X-Workos-Source") != "upstream" {
				t.Errorf("the next handler was sent %v, want %v; the answer is %d", sent, want, r.Code)
			}
		})
	}
}

func TestCallersWithoutANextHandler(t *testing.T) {
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
		{"GET", "/organizations", bearer("sk_unknown"), 401, nil},
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

// TestDisabledGroupGoesOn also checks that a local secret is not passed on.
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
