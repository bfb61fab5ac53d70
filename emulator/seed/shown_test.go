package seed

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// everywhere has a value from the environment in each place that takes a text.
const everywhere = `
organizations:
  - {id: "{env.S}", name: "{env.S}", external_id: "{env.S}", domains: ["{env.S}", {domain: "{env.S}", state: "{env.S}"}], metadata: {k: "{env.S}"}, memberships: [{email: "{env.S}", role: "{env.S}", status: "{env.S}"}], entitlements: ["{env.S}"]}
  - {name: "{env.S}"}
users:
  - {id: "{env.S}", email: "{env.S}", first_name: "{env.S}", last_name: "{env.S}", external_id: "{env.S}", email_verified: "{env.S}", metadata: {k: "{env.S}"}}
  - {id: "{env.ID}", email: "{env.MAIL}"}
connectApplications:
  - {id: "{env.S}", name: "{env.S}", type: "{env.S}", organization: "{env.S}", organization_id: "{env.S}", description: "{env.S}", scopes: ["{env.S}"],
     audience: "{env.S}", client_id: "{env.S}", client_secret: "{env.S}", client_secrets: ["{env.S}", "{env.S}"], token_ttl: "{env.S}",
     redirect_uris: ["{env.S}", {uri: "{env.S}", default: "{env.S}"}], is_first_party: "{env.S}", uses_pkce: "{env.S}"}
  - {name: A, organization: "{env.S}"}
  - {name: A, organization: "x{env.S}"}
apiKeys:
  - {id: "{env.S}", name: "{env.S}", organization: "{env.S}", organization_id: "{env.S}", user_id: "{env.S}", value: "{env.S}", permissions: ["{env.S}"], expires_at: "{env.S}", upstream: "{env.S}"}
  - {name: B, organization: "{env.S}", user_id: "{env.MAIL}"}
  - {name: C, organization_id: org_X, value: "{env.S}"}
  - {id: "{env.S}", email: "a@x", password: "{env.S}", totp: "{env.S}", impersonator: {email: "{env.S}", reason: "{env.S}"}, oauth_provider: "{env.S}", oauth_idp_id: "{env.S}"}
memberships:
  - {user: "{env.S}", organization: "{env.S}", role: "{env.S}", roles: ["{env.S}"], status: "{env.S}"}
  - {user_id: "{env.S}", organization_id: "{env.S}", role: "{env.S}"}
  - {user_id: "{env.MAIL}", organization: "x{env.S}"}
connections:
  - {id: "{env.S}", name: "{env.S}", organization: "{env.S}", organization_id: "{env.S}", connection_type: "{env.S}", state: "{env.S}", domains: ["{env.S}"],
     profiles: [{id: "{env.S}", email: "{env.S}", first_name: "{env.S}", idp_id: "{env.S}", groups: ["{env.S}"], role: "{env.S}", custom_attributes: {k: "{env.S}"}}]}
invitations:
  - {id: "{env.S}", email: "{env.S}", organization: "{env.S}", inviter_user_id: "{env.S}", role_slug: "{env.S}", token: "{env.S}", expires_in_days: "{env.S}"}
roles:
  - {slug: "{env.S}", name: "{env.S}", type: "{env.S}", permissions: ["{env.S}"], organization_id: "{env.S}"}
permissions: [{slug: "{env.S}", name: "{env.S}"}]
redirectUris: ["{env.S}", {uri: "https://*.{env.S}/cb"}, "{env.S}://*"]
corsOrigins: ["{env.S}", {origin: "https://{env.S}/cb"}]
errorHooks:
  - {method: "{env.S}", path: "{env.S}", status: "{env.S}", body: {k: "{env.S}"}, count: "{env.S}", delay: "{env.S}", abort: "{env.S}", probability: "{env.S}"}
`

// TestNoValueOfAPlaceholderIsShown reads values that are wrong in most places.
func TestNoValueOfAPlaceholderIsShown(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{
		"sk_live_0123456789ABCDEF", "correct horse battery staple", "hunter2hunter2", "someone-secret@example.com", "/secret/path/of/mine",
		"-----BEGIN PRIVATE KEY-----\nMIIEvgIBADANBgkqhkiG9w0B\n-----END PRIVATE KEY-----\n", "\x00\x01binary-secret\xff", "{env.SECRET_TWICE}",
	} {
		lookup := func(name string) (string, bool) {
			return map[string]string{"ID": "user_OF_THE_ENVIRONMENT", "MAIL": "mail-of-the@environment.example"}[name] + map[string]string{"S": secret}[name], true
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "S"), []byte(secret), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, source := range []string{everywhere, strings.ReplaceAll(everywhere, "{env.S}", "{file.S}")} {
			_, err := Parse("seed.yaml", []byte(source), Options{LookupEnv: lookup, Dir: dir})
			var problems Problems
			if !errors.As(err, &problems) || len(problems) < 10 {
				t.Fatalf("%q: %v", secret, err)
			}
			showsNothing(t, err, secret)
		}
	}
}

func showsNothing(t *testing.T, err error, secret string) {
	t.Helper()
	for _, hidden := range []string{secret, "user_OF_THE_ENVIRONMENT", "mail-of-the@environment"} {
		for i := 0; i+12 <= len(hidden); i++ {
			if strings.Contains(err.Error(), hidden[i:i+12]) {
				t.Fatalf("%q is in\n%v", hidden[i:i+12], err)
			}
		}
	}
	if want := `did you mean "{env.ID}"?`; !strings.Contains(err.Error(), want) {
		t.Errorf("%s is not in\n%v", want, err)
	}
}

// TestShown proves that a value of the environment is told as the file has it, and others as they are.
func TestShown(t *testing.T) {
	t.Parallel()
	s, err := Parse("seed.yaml", []byte(`
connectApplications:
  - {name: A, organization_id: org_X, client_id: "client_{env.S}", scopes: ["{env.S}", read], description: "{env.EMPTY}"}
`), Options{LookupEnv: func(name string) (string, bool) { return map[string]string{"S": "secret"}[name], true }})
	if err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]string{"client_secret": "client_{env.S}", "secret": "{env.S}", "read": "read", "": "", "other": "other"} {
		if got := s.Shown(value); got != want {
			t.Errorf("%q is shown as %q, want %q", value, got, want)
		}
	}
}
