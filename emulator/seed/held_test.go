package seed

import (
	"fmt"
	"testing"

	"github.com/caddy-workos/caddy-workos/store"
)

// TestHeldKeys are those that a backend may hold.
func TestHeldKeys(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                      "[sk_test_default real=false built-in=true]",
		"organizations: [{name: Acme}]":         "[sk_test_default real=false built-in=true]",
		"apiKeys: {sk_test_b: {}, sk_test_a: }": "[sk_test_b real=true built-in=false sk_test_a real=true built-in=false]",
		"apiKeys: {sk_test_default: {}, sk_test_a: {}}":                                                                      "[sk_test_default real=false built-in=false sk_test_a real=true built-in=false]",
		"organizations: [{name: Acme}]\napiKeys: [{name: A, organization: Acme, value: sk_test_customer_a}]":                 "[]",
		"organizations: [{name: Acme}]\napiKeys: [{name: A, organization: Acme, value: sk_test_customer_a, upstream: true}]": "[sk_test_customer_a real=true built-in=false]",
		"organizations: [{name: Acme}]\napiKeys: [{name: A, organization: Acme, upstream: true}]":                            "[]",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			s, err := Parse("seed.yaml", []byte(text), Options{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, key := range s.HeldKeys() {
				got = append(got, fmt.Sprintf("%s real=%t built-in=%t", key.Value, key.StandsForReal, key.BuiltIn))
			}
			if fmt.Sprint(got) != want {
				t.Errorf("the keys are %v, want %s", got, want)
			}
		})
	}
}

// TestClients tells which secrets are known.
func TestClients(t *testing.T) {
	t.Parallel()
	s, err := Parse("seed.yaml", []byte(`
organizations: [{name: Acme}]
connectApplications:
  - {name: Pinned, organization: Acme, client_id: client_a, client_secret: secret_of_client_a, scopes: [read]}
  - {name: Random, organization: Acme, client_id: client_b}
  - {name: Two, organization: Acme, client_id: client_c, client_secrets: [first_secret, short], audience: https://api.example.com}
  - {name: None, type: oauth, client_id: client_d, client_secrets: []}
`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, client := range s.Clients() {
		hints := []string{}
		for _, secret := range client.Secrets {
			hints = append(hints, secret.Hint)
		}
		got = append(got, fmt.Sprintf("%s %s %s %q %v %q", client.ClientID, client.Name, client.Type, client.Audience, client.Scopes, hints))
	}
	want := []string{
		`client_a Pinned m2m "" [read] ["nt_a"]`, `client_b Random m2m "" [] []`,
		`client_c Two m2m "https://api.example.com" [] ["cret" ""]`, `client_d None oauth "" [] []`,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the clients are\n%v, want\n%v", got, want)
	}
	if s.Clients()[0].Secrets[0].Digest != store.DigestOf("secret_of_client_a") {
		t.Error("the digest is another one")
	}
}
