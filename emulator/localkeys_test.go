package emulator

import (
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// environmentSeed has the map form of apiKeys, which cannot stand beside the array form of testSeed.
const environmentSeed = `
organizations: [{id: org_ACME, name: Acme}]
apiKeys:
  sk_test_environment: {environment: test}
  sk_test_ending: {environment: test, expires_at: 2026-11-24T13:00:00Z}
`

// TestEnvironmentKeys checks that environment keys may use all endpoints, and are exchanged for the real key.
func TestEnvironmentKeys(t *testing.T) {
	t.Parallel()
	f, next := newSeeded(t, environmentSeed), &recorder{status: 299, body: "{}"}
	f.next = next
	for _, key := range []string{"sk_test_environment", "sk_test_ending"} {
		f.send("GET", "/organizations/org_ACME", "", bearer(key)).want(200)
		f.send("GET", "/vault", "", bearer(key)).want(299)
		sent := next.take()
		if len(sent) != 1 || sent[0].authorization != "" || !sent[0].keyAllowed {
			t.Errorf("%s: the next handler was sent %+v", key, sent)
		}
		if got := f.send("POST", "/api_keys/validations", `{"value":"`+key+`"}`, bearer(key)).want(200); got["api_key"] != nil {
			t.Errorf("%s validates as a customer's key: %v", key, got)
		}
	}
	f.now = f.now.Add(time.Hour)
	f.send("GET", "/organizations/org_ACME", "", bearer("sk_test_ending")).want(401)
	f.send("GET", "/vault", "", bearer("sk_test_ending")).want(401)
	f.send("POST", "/api_keys/validations", `{"value":"sk_test_ending"}`, bearer("sk_test_environment")).want(200)
	if sent := next.take(); len(sent) != 0 {
		t.Errorf("the next handler was sent %+v", sent)
	}
}

// TestDefaultKey checks that the built-in key exists only where neither the seed nor the configuration has a key, and is never exchanged
// for the real one.
func TestDefaultKey(t *testing.T) {
	t.Parallel()
	const organizations = "organizations: [{id: org_ACME, name: Acme}]\n"
	for name, test := range map[string]struct {
		yaml              string
		accept            []string
		emulated, passed  int // the statuses of what is emulated, and of what is passed on
		emulatedElsewhere int // the same as emulated, without a next handler
	}{
		"nothing declared":      {organizations, nil, 200, 401, 200},
		"accept_key":            {organizations, []string{"sk_live_mine"}, 299, 299, 401},
		"an array":              {organizations + "apiKeys: [{name: k, organization: Acme, value: sk_test_mine}]\n", nil, 299, 299, 401},
		"a map":                 {organizations + "apiKeys: {sk_test_mine: {environment: test}}\n", nil, 299, 299, 401},
		"an empty array":        {organizations + "apiKeys: []\n", nil, 299, 299, 401},
		"declared":              {organizations + "apiKeys: {sk_test_default: {environment: test}}\n", nil, 200, 401, 200},
		"declared, accept_key":  {organizations + "apiKeys: {sk_test_default: {}}\n", []string{"sk_live_mine"}, 200, 401, 200},
		"declared as another's": {organizations + "apiKeys: [{name: k, organization: Acme, value: sk_test_default}]\n", nil, 200, 401, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, next := newSeeded(t, test.yaml, func(o *Options) { o.AcceptKeys = test.accept }), &recorder{status: 299, body: "{}"}
			f.send("GET", "/organizations/org_ACME", "", bearer(seed.DefaultKey)).want(test.emulatedElsewhere)
			f.next = next
			f.send("GET", "/organizations/org_ACME", "", bearer(seed.DefaultKey)).want(test.emulated)
			f.send("GET", "/vault", "", bearer(seed.DefaultKey)).want(test.passed)
			for _, sent := range next.take() {
				if sent.keyAllowed {
					t.Errorf("it stands for the real key: %+v", sent)
				}
			}
			if test.passed == 401 {
				f.send("POST", "/user_management/authenticate", `{"client_secret":"sk_test_default"}`, anonymous).want(403)
				f.send("POST", "/sso/token", "client_secret=sk_test_default", anonymous, header("Content-Type", "application/x-www-form-urlencoded")).want(403)
			}
		})
	}
}

// TestKeyNotesItsUse rules out that last_used_at is noted for what did not authenticate.
func TestKeyNotesItsUse(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	used := func() map[string]any {
		found := map[string]any{}
		for _, item := range f.send("GET", "/organizations/org_ACME/api_keys?limit=100", "").want(200)["data"].([]any) {
			key := item.(map[string]any)
			found[key["id"].(string)] = key["last_used_at"]
		}
		return found
	}
	f.send("GET", "/organizations", "", bearer("sk_test_expired")).want(401)
	f.send("POST", "/api_keys/validations", `{"value":"sk_test_expired"}`).want(200)
	f.send("GET", "/organizations", "", header("Authorization", "sk_test_customer")).want(401)
	for id, at := range used() {
		if at != nil {
			t.Errorf("%s was used at %v", id, at)
		}
	}
	f.send("GET", "/organizations", "", bearer("sk_test_customer")).want(200)
	f.now = f.now.Add(time.Minute + 5*time.Millisecond)
	f.send("POST", "/api_keys/validations", `{"value":"sk_test_alice"}`).want(200)
	got := used()
	if got["api_key_ORG"] != "2026-11-24T12:00:00.000Z" || got["api_key_USER"] != "2026-11-24T12:01:00.005Z" || got["api_key_UP"] != nil {
		t.Errorf("the keys were used at %v", got)
	}
}

// TestExpiryCountsForTheVeryNextRequest is about authentication; TestAPIKeys has the same for validations.
func TestExpiryCountsForTheVeryNextRequest(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	asCustomer := bearer("sk_test_customer")
	f.send("POST", "/api_keys/api_key_ORG/expire", `{"expires_at":"2026-11-24T12:00:01Z"}`).want(200)
	f.send("GET", "/organizations", "", asCustomer).want(200)
	f.now = f.now.Add(time.Second - time.Nanosecond)
	f.send("GET", "/organizations", "", asCustomer).want(200)
	f.now = f.now.Add(time.Nanosecond)
	f.send("GET", "/organizations", "", asCustomer).want(401)
	f.send("DELETE", "/api_keys/api_key_UP", "").want(204)
	f.send("GET", "/organizations", "", bearer("sk_test_upstream")).want(401)
}
