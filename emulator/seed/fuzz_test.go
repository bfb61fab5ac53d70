package seed_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

// FuzzParse holds that no input makes Parse panic or show a secret, and that what parses can be applied, twice without
// a change.
func FuzzParse(f *testing.F) {
	const secret = "sk_test_P1anted-secret"
	for _, file := range []string{"../../seed.example.yaml", "testdata/workos-emulate.config.yaml"} {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	for _, source := range []string{
		base,
		"apiKeys: {" + secret + ": {environment: test, expires_at: 2030-01-01T00:00:00Z}, " + secret + ": }",
		"apiKeys: [{name: A, organization_id: o, value: " + secret + "}]",
		"connectApplications: [{name: A, organization: '" + secret + "', client_secrets: [" + secret + "]}]",
		"connectApplications:\n  - &a {name: A, organization_id: o, client_secret: {env.SECRET}}\n  - {<<: [*a], name: B}\n",
		"organizations: [{name: " + secret + "}, {name: A, domains: [a, {domain: b, state: pending}], metadata: {a: b}}]",
		`{"errorHooks": [{"method": "*", "path": "*", "status": 500, "body": {"a": [1, 2.5, null, "` + secret + `"]}}]}`,
		"users: [{email: a@b, password: " + secret + ", totp: JBSWY3DPEHPK3PXP, impersonator: {email: c@d}, oauth_provider: GoogleOAuth, oauth_idp_id: 1}]\n" +
			"organizations: [{name: A, memberships: [{email: a@b, role: r}, {email: A@b}], entitlements: [e]}]\nroles: [{slug: r, name: R}]\n" +
			"memberships: [{user: a@b, organization_id: o, roles: [r, member]}, {user_id: u, organization: A}]\n" +
			"connections: [{name: C, organization: A, profiles: [{email: a@b, role: r}]}]\ninvitations: [{email: i@j, organization: A, token: " + secret + "}]\n" +
			"redirectUris: ['https://*.a.example/cb', {uri: 'http://localhost:*/'}]\ncorsOrigins: ['http://a.example', {origin: 'http://b'}]\n",
		"memberships: [{user: " + secret + ", organization: " + secret + ", role: " + secret + "}]\nusers: [{email: b@c, totp: " + secret + "}]",
		"? a\n: |\n  " + secret + "\n--- !!str x\n...\n",
	} {
		f.Add(source)
	}
	options := environment(map[string]string{"SECRET": secret})
	f.Fuzz(func(t *testing.T, source string) {
		parsed, err := seed.Parse("seed.yaml", []byte(source), options)
		if err != nil {
			if strings.Contains(err.Error(), secret) {
				t.Fatalf("the secret is shown: %v", err)
			}
			return
		}
		for _, warning := range parsed.Warnings() {
			if strings.Contains(warning.String(), secret) {
				t.Fatalf("the secret is shown: %v", warning)
			}
		}
		s := store.New()
		apply(t, s, parsed)
		again, err := seed.Parse("seed.yaml", []byte(source), options)
		if err != nil {
			t.Fatalf("a second Parse: %v", err)
		}
		if changes := applyAt(t, s, again, testNow.Add(time.Hour)); changes != (seed.Changes{}) {
			t.Fatalf("the same seed again: %+v", changes)
		}
	})
}
