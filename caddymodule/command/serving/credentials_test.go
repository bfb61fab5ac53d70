package serving

import (
	"fmt"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// runningOn is what is served with a seed.
func runningOn(t *testing.T, text string, s Site) *Running {
	t.Helper()
	parsed, err := seed.Parse("seed.yaml", []byte(text), seed.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &Running{Site: s, Seed: parsed}
}

// TestCredentialsAreShown in full only where everybody knows them.
func TestCredentialsAreShown(t *testing.T) {
	t.Parallel()
	const organization = "organizations: [{name: Acme}]\n"
	for name, test := range map[string]struct {
		seed       string
		acceptKeys []string
		want       string
	}{
		"no seed":                       {"", nil, "[sk_test_default true] []"},
		"no seed, and the real key":     {"", []string{"{env.WORKOS_API_KEY}"}, "[] []"},
		"the default key in the seed":   {"apiKeys: {sk_test_default: {}}", []string{"{env.WORKOS_API_KEY}"}, "[sk_test_default true] []"},
		"the example's key":             {"apiKeys: {sk_test_local: {}}", nil, "[sk_test_local true] []"},
		"the example's key, and longer": {"apiKeys: {sk_test_local2: {}}", nil, "[sk_...cal2 false] []"},
		"expired":                       {"apiKeys: {sk_test_local: {expires_at: 2020-01-01}, sk_test_other: }", nil, "[sk_...ther false] []"},
		"the example's client": {
			organization + "connectApplications: [{name: A, organization: Acme, client_id: client_local_backend, client_secret: secret_local_backend}]", nil,
			"[sk_test_default true] [client_local_backend secret_local_backend secret_local_backend true]",
		},
		"its secret, of another client": {
			organization + "connectApplications: [{name: A, organization: Acme, client_id: client_other, client_secret: secret_local_backend}]", nil,
			"[sk_test_default true] [client_other  ...kend false]",
		},
		"another secret, of its client": {
			organization + "connectApplications: [{name: A, organization: Acme, client_id: client_local_backend, client_secret: a_real_secret}]", nil,
			"[sk_test_default true] [client_local_backend  ...cret false]",
		},
		"a random secret": {
			organization + "connectApplications: [{name: A, organization: Acme, client_id: client_other}]", nil,
			"[sk_test_default true] [client_other   false]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := runningOn(t, test.seed, Site{AcceptKeys: test.acceptKeys}).Credentials()
			keys, clients := []string{}, []string{}
			for _, k := range c.Keys {
				keys = append(keys, fmt.Sprint(k.Shown, " ", k.Published))
			}
			for _, a := range c.Clients {
				clients = append(clients, fmt.Sprintf("%s %s %s %t", a.ID, a.Secret, a.Shown, a.Published))
			}
			if got := fmt.Sprint(keys, " ", clients); got != test.want {
				t.Errorf("shown is %s, want %s", got, test.want)
			}
		})
	}
}
