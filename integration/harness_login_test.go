package integration

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// What the seeded users of loginSeed have.
const (
	loginPassword   = "a password of the seed"
	loginTOTPSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)

// loginSeed has somebody for each way to sign in: Ada with two organizations, Grace with one, and others with a step more.
const loginSeed = `apiKeys:
  ` + environmentKey + `: {environment: test}
permissions:
  - {slug: "posts:read", name: Read posts}
  - {slug: "posts:delete", name: Delete posts}
roles:
  - {slug: admin, name: Admin, permissions: ["posts:read", "posts:delete"]}
  - {slug: member, name: Member, permissions: ["posts:read"]}
users:
  - {id: user_ADA, email: ada@local.example, first_name: Ada, last_name: Byron, password: ` + loginPassword + `, email_verified: true}
  - {id: user_GRACE, email: grace@local.example, first_name: Grace, last_name: Hopper, password: ` + loginPassword + `, email_verified: true}
  - {id: user_ALONE, email: alone@local.example, password: ` + loginPassword + `, email_verified: true}
  - {id: user_UNVERIFIED, email: unverified@local.example, password: ` + loginPassword + `}
  - {id: user_TOTP, email: totp@local.example, password: ` + loginPassword + `, email_verified: true, totp: ` + loginTOTPSecret + `}
  - {id: user_MAGIC, email: magic@local.example}
  - {id: user_GUESSED, email: guessed@local.example}
  - {id: user_GOOGLE, email: google@local.example, email_verified: true, oauth_provider: GoogleOAuth, oauth_idp_id: "1234"}
  - id: user_IMPERSONATED
    email: impersonated@local.example
    password: ` + loginPassword + `
    email_verified: true
    impersonator: {email: support@workos.example, reason: ticket 4711}
organizations:
  - id: org_ENGINES
    name: Engines
    entitlements: [audit-logs]
    memberships: [{email: ada@local.example, role: admin}, {email: grace@local.example}]
  - id: org_POETS
    name: Poets
    memberships: [{email: ada@local.example, role: member}]
  - id: org_CLOSED
    name: Closed
    memberships: [{email: ada@local.example, status: inactive}]
connections:
  - id: conn_ENGINES
    name: Engines SSO
    organization: Engines
    connection_type: OktaSAML
    domains: [engines.example]
    profiles: [{email: grace@local.example, first_name: Grace, last_name: Hopper, idp_id: idp_grace, groups: [navy]}]
`

// loginSite is a site where the people of loginSeed sign in, with a WorkOS behind it where real is given.
func loginSite(t *testing.T, real *standIn, options ...string) string {
	t.Helper()
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	write(t, seed, loginSeed)
	if real != nil {
		options = append(options, fmt.Sprintf("upstream %s {\n\t\t\tapi_key {env.WORKOS_API_KEY}\n\t\t\ttls_trust_pool file %s\n\t\t}", real.URL, real.CA))
	}
	return fmt.Sprintf("http://localhost:{$PORT} {\n\tworkos {\n\t\tseed %s\n\t\tclient_id %s\n\t\ttest_api\n\t\t%s\n\t}\n}\n", seed, theirClient, strings.Join(options, "\n\t\t"))
}

// browserBuilt is browser/ with what its lock names, and its app built.
var browserBuilt = sync.OnceValues(func() (string, error) { return prepare("browser", "node", "node_modules/vite/bin/vite.js", "build") })

// browserFolder returns a copy of browser/ that is ready to run, and the path of Chromium. It skips the test where Chromium is
// missing.
func browserFolder(t *testing.T) (folder, chromium string) {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && chromium == "" {
			chromium = found
		}
	}
	if chromium == "" {
		lacks(t, "chromium is missing: install Chromium (Debian package chromium)")
	}
	folder, err := browserBuilt()
	if err != nil {
		t.Fatal(err)
	}
	return folder, chromium
}

// drive runs a file of tests in a browser, which signs in to an application whose WorkOS is at a site.
func drive(t *testing.T, file, site, app string, env ...string) {
	t.Helper()
	folder, chromium := browserFolder(t)
	runNode(t, filepath.Join(folder, file), append([]string{
		"CHROMIUM=" + chromium, "SITE=" + site, "APP=" + app, "PASSWORD=" + loginPassword, "CLIENT_ID=" + theirClient, "TOTP_SECRET=" + loginTOTPSecret,
	}, env...)...)
}
