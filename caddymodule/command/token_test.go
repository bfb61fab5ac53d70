package command

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const usersSeed = `
organizations:
  - {id: org_acme, name: Acme, memberships: [{email: jane@acme.example, role: admin}, {email: both@acme.example}]}
  - {id: org_other, name: Other, memberships: [{email: both@acme.example}]}
users: [{email: jane@acme.example}, {email: both@acme.example}]
roles: [{slug: admin, name: Admin}]
`

// TestTokenOfAUser decodes it, and says what is wrong with what the flags ask for.
func TestTokenOfAUser(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "seed.yaml")
	if err := os.WriteFile(path, []byte(usersSeed), 0o600); err != nil {
		t.Fatal(err)
	}
	token := func(args ...string) string {
		return runInProcess(t, append([]string{"token", "--seed", path}, args...))
	}
	said := token("--user", "Jane@ACME.example", "--client-id", "client_env", "--audience", "client_env", "--issuer", "https://auth.example.com", "--ttl", "1m", "--decode")
	var decoded struct{ Claims map[string]any }
	if err := json.NewDecoder(strings.NewReader(said[max(strings.Index(said, "{"), 0):])).Decode(&decoded); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	c := decoded.Claims
	lifetime, _ := c["exp"].(float64)
	issued, _ := c["iat"].(float64)
	if c["iss"] != "https://auth.example.com/user_management/client_env" || c["aud"] != "client_env" || c["org_id"] != "org_acme" || c["role"] != "admin" ||
		lifetime-issued != 60 {
		t.Errorf("the claims are %v", c)
	}
	if said := token("--user", "both@acme.example", "--organization", "org_other"); strings.Count(said, ".") < 2 {
		t.Errorf("it says %s", said)
	}
	for want, args := range map[string][]string{
		"--user: sign in: no user has that address":                                              {"--user", "x@y.example"},
		"--user: sign in: the user is a member of several organizations: name one":               {"--user", "both@acme.example"},
		"--user: sign in: the user is no active member of that organization":                     {"--user", "jane@acme.example", "--organization", "org_other"},
		"--scope: is for the token of an application: a user has the permissions of their roles": {"--user", "jane@acme.example", "--scope", "x"},
		"--audience: users' tokens have none, or their client ID: give the same --client-id":     {"--user", "jane@acme.example", "--audience", "x"},
		"--organization: is for the token of a --user":                                           {"--client-id", "x", "--organization", "org_acme"},
	} {
		if said := token(args...); !strings.Contains(said, want) {
			t.Errorf("%v: it says %s, want %s", args, said, want)
		}
	}
}

// TestNoSecretInErrorsOfTokens gives each flag a value that looks like a key, with a seed that holds users.
func TestNoSecretInErrorsOfTokens(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "seed.yaml")
	if err := os.WriteFile(path, []byte(usersSeed), 0o600); err != nil {
		t.Fatal(err)
	}
	const secret = "sk_live_0123456789abcdefghij"
	for _, args := range [][]string{
		{"--user", secret}, {"--user", "jane@acme.example", "--organization", secret}, {"--user", "jane@acme.example", "--scope", secret},
		{"--user", "jane@acme.example", "--audience", secret}, {"--user", "jane@acme.example", "--signing-key", secret}, {"--client-id", secret},
		{"--user", "jane@acme.example", "--issuer", secret}, {"--user", "jane@acme.example", "--ttl", secret}, {"--client-id", "x", "--organization", secret},
	} {
		if said := runInProcess(t, append([]string{"token", "--seed", path}, args...)); said == "" || strings.Contains(said, secret) {
			t.Errorf("%v: it says %s", args, said)
		}
	}
}
