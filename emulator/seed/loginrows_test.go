package seed_test

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/scan"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/emulator/totp"
	"github.com/caddy-workos/caddy-workos/store"
)

func userBy(t testing.TB, v *store.Txn, email string) store.User {
	t.Helper()
	u, ok := v.UserByEmail(email)
	if !ok {
		t.Fatalf("there is no user %s", email)
	}
	return u
}

// TestRowsOfUsers has what a user signs in with.
func TestRowsOfUsers(t *testing.T) {
	t.Parallel()
	s, _ := seeded(t, `
users:
  - {email: ada@x, password: short, impersonator: {email: " support@x ", reason: ticket}, oauth_provider: GitHubOAuth, oauth_idp_id: 108872335}
  - {email: bob@x, totp: true, oauth_provider: GoogleOAuth, impersonator: {email: s@x}}
  - {email: cem@x, totp: "jbsw y3dp ehpk 3pxp", impersonator: null}
  - {email: dan@x, totp: false, oauth_idp_id: lonely}
`)
	v := s.View()
	ada, bob, cem, dan := userBy(t, v, "ada@x"), userBy(t, v, "bob@x"), userBy(t, v, "cem@x"), userBy(t, v, "dan@x")
	if ada.Password == nil || !ada.Password.Matches("short") || ada.Password.Matches("Short") || bob.Password != nil {
		t.Error("the passwords are wrong")
	}
	if strings.Contains(fmt.Sprintf("%v %+v", ada.Password, ada), "short") {
		t.Error("the password is printed")
	}
	if *ada.Impersonator != (store.Impersonator{Email: "support@x", Reason: "ticket"}) || *bob.Impersonator != (store.Impersonator{Email: "s@x"}) || cem.Impersonator != nil {
		t.Errorf("the impersonators are %v, %v", ada.Impersonator, bob.Impersonator)
	}
	if !slices.Equal(ada.Identities, []store.Identity{{IdPID: "108872335", Provider: "GitHubOAuth"}}) || len(bob.Identities) != 1 ||
		!strings.HasPrefix(bob.Identities[0].IdPID, "idp_") || dan.Identities != nil {
		t.Errorf("the identities are %v, %v, %v", ada.Identities, bob.Identities, dan.Identities)
	}
	if len(v.FactorsOfUser(ada.ID))+len(v.FactorsOfUser(dan.ID)) != 0 {
		t.Error("a user has a factor that nobody has asked for")
	}
	random, pinned := only(t, v.FactorsOfUser(bob.ID)), only(t, v.FactorsOfUser(cem.ID))
	if again, err := totp.ParseSecret(random.Secret); err != nil || again != random.Secret || len(random.Secret) != 32 || !random.RandomSecret {
		t.Errorf("the random secret is %q: %v", random.Secret, err)
	}
	if pinned.Secret != "JBSWY3DPEHPK3PXP" || pinned.RandomSecret || pinned.User != "cem@x" || pinned.ID != id.Derive("auth_factor", cem.ID) {
		t.Errorf("the pinned factor is %+v", pinned)
	}
}

// TestRowsOfOrganizations has members, entitlements, connections and invitations.
func TestRowsOfOrganizations(t *testing.T) {
	t.Parallel()
	s, parsed := seeded(t, `
users: [{email: Ada@acme.example}, {id: user_B, email: bob@acme.example}]
permissions: [{slug: read, name: Read}]
roles: [{slug: admin, name: Admin, permissions: [read]}, {slug: boss, name: Boss, organization_id: org_G}]
organizations:
  - name: Acme
    entitlements: [sso, audit-logs, sso]
    allow_profiles_outside_organization: true
    memberships: [{email: " ada@ACME.example", role: admin}, {email: bob@acme.example, status: pending}]
  - {id: org_G, name: Globex, memberships: [{email: bob@acme.example, roles: [boss, admin], status: inactive}]}
memberships:
  - {user: ada@acme.example, organization_id: org_REAL, role: upstream-role}
  - {user_id: user_REAL, organization: Acme}
  - {user_id: user_B, organization_id: org_REAL}
connections:
  - {name: SSO, organization: Acme, domains: [acme.example], profiles: [{email: Eve@acme.example, first_name: Eve, idp_id: "7", groups: [a, b], role: admin, custom_attributes: {team: x}}, {email: f@x}]}
  - {id: conn_P, name: Other, organization_id: org_REAL, connection_type: OktaSAML, state: inactive}
invitations:
  - {email: new@acme.example, organization: Acme, inviter_user_id: user_REAL, role_slug: admin, token: token-of-the-invitation, expires_in_days: 30}
  - {email: other@acme.example}
redirectUris: [https://*.example.com/cb, {uri: "http://localhost:3000/cb", default: true}]
corsOrigins: [https://App.example.com/, {origin: "http://localhost:3000"}]
`)
	v := s.View()
	acme := store.Organizations.All(v)[0]
	if !slices.Equal(acme.Entitlements, []string{"sso", "audit-logs"}) || !acme.AllowProfilesOutsideOrganization {
		t.Errorf("the organization is %+v", acme)
	}
	ada := userBy(t, v, "ada@acme.example")
	var got []string
	for _, m := range store.Memberships.All(v) {
		if m.ID != id.Derive("om", m.UserID, m.OrganizationID) {
			t.Errorf("the id of %+v is not derived", m)
		}
		got = append(got, fmt.Sprint(m.UserID, " ", m.OrganizationID, " ", m.Status, m.RoleSlugs))
	}
	want := []string{
		ada.ID + " " + acme.ID + " active[admin]", "user_B " + acme.ID + " pending[member]", "user_B org_G inactive[boss admin]",
		ada.ID + " org_REAL active[upstream-role]", "user_REAL " + acme.ID + " active[member]", "user_B org_REAL active[member]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the memberships are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	sso, other := store.Connections.All(v)[0], store.Connections.All(v)[1]
	if sso.OrganizationID != acme.ID || sso.Type != "GenericSAML" || sso.State != "active" || len(sso.Domains) != 1 || sso.Domains[0].Domain != "acme.example" {
		t.Errorf("the connection is %+v", sso)
	}
	eve := sso.Profiles[0]
	if eve.IdPID != "7" || !slices.Equal(eve.Groups, []string{"a", "b"}) || !slices.Equal(eve.RoleSlugs, []string{"admin"}) || eve.CustomAttributes["team"] != "x" {
		t.Errorf("the profile is %+v", eve)
	}
	if f := sso.Profiles[1]; !strings.HasPrefix(f.ID, "prof_") || !strings.HasPrefix(f.IdPID, "idp_") || f.RoleSlugs != nil || f.ID == eve.ID {
		t.Errorf("the profile is %+v", f)
	}
	if other.ID != "conn_P" || other.OrganizationID != "org_REAL" || other.State != "inactive" || other.Type != "OktaSAML" {
		t.Errorf("the connection is %+v", other)
	}
	invited, signUp := store.Invitations.All(v)[0], store.Invitations.All(v)[1]
	if invited.OrganizationID != acme.ID || invited.Token != "token-of-the-invitation" || !invited.ExpiresAt.Equal(testNow.Add(30*24*time.Hour)) ||
		invited.InviterUserID != "user_REAL" || invited.RoleSlug != "admin" {
		t.Errorf("the invitation is %+v", invited)
	}
	if signUp.OrganizationID != "" || !credential.IsMarked(signUp.Token) || !signUp.ExpiresAt.Equal(testNow.Add(7*24*time.Hour)) {
		t.Errorf("the invitation is %+v", signUp)
	}
	if got := v.RedirectURIs(); !slices.Equal(got, []string{"http://localhost:3000/cb", "https://*.example.com/cb"}) {
		t.Errorf("the redirect URIs are %v", got)
	}
	if got := v.CORSOrigins(); !slices.Equal(got, []string{"https://app.example.com", "http://localhost:3000"}) {
		t.Errorf("the CORS origins are %v", got)
	}
	const summary = "2 organizations, 2 users, the default key sk_test_default, 1 permission, 2 roles, 6 memberships, 2 connections, 2 invitations, 2 redirect URIs, 2 CORS origins"
	if got := parsed.Summary(); got != summary {
		t.Errorf("it holds %s", got)
	}
	if warning := only(t, parsed.Warnings()).String(); warning != "seed.yaml:12:63: memberships[0].role: is no role of this file, so it comes without permissions" {
		t.Errorf("warned %s", warning)
	}
}

// TestMemberRole has the role that every environment has, and the one of a file in its place.
func TestMemberRole(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"":                                "[member]",
		"roles: [{slug: admin, name: A}]": "[admin member]",
		"roles: [{slug: member, name: M, description: own}, {slug: admin, name: A}]":                "[member admin]",
		"roles: [{slug: admin, name: A}, {slug: member, name: M, organization_id: org_A}]":          "[admin member]",
		"roles: []\nusers: [{email: a@x}]\norganizations: [{name: A, memberships: [{email: a@x}]}]": "[member]",
	} {
		s, _ := seeded(t, source)
		var slugs []string
		for _, r := range s.View().EnvironmentRoles() {
			slugs = append(slugs, r.Slug)
		}
		if got := fmt.Sprint(slugs); got != want {
			t.Errorf("%q has the roles %s, want %s", source, got, want)
		}
	}
}

// TestSecretsOfLogins checks which of them no request may take along.
func TestSecretsOfLogins(t *testing.T) {
	t.Parallel()
	_, parsed := seeded(t, `
users:
  - {email: a@x, password: password, totp: "jbsw y3dp ehpk 3pxp"}
  - {email: b@x, password: twelve-bytes}
  - {email: c@x, password: elevenbytes}
invitations: [{email: d@x, token: token-of-d@x}, {email: e@x, token: short}]
`)
	set := scan.NewSet(parsed.Secrets(), false)
	for text, want := range map[string]bool{
		`{"grant_type":"password","password":"password"}`: false, `{"password":"twelve-bytes"}`: true, `{"password":"elevenbytes"}`: false,
		"jbsw y3dp ehpk 3pxp": true, "secret=JBSWY3DPEHPK3PXP": true, "token-of-d@x": true, "short": false,
	} {
		if got, err := set.Holds([]byte(text), scan.Body, scan.Whole); got != want || err != nil {
			t.Errorf("%s is found: %v, want %v (%v)", text, got, want, err)
		}
	}
}

// TestSeedsOfTheWorkOSEmulator loads files of the shapes that its documentation and its users have, and signs their people in as meant.
func TestSeedsOfTheWorkOSEmulator(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/workos-emulate.organization.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, parsed := seeded(t, string(data))
	v := s.View()
	if got, want := parsed.Summary(), "1 organization, 3 users, 1 second factor, the default key sk_test_default, 3 permissions, 2 roles, 3 memberships, 1 connection, 1 invitation"; got != want {
		t.Errorf("it holds %s, want %s", got, want)
	}
	if got := len(parsed.Warnings()); got != 2 { // groups and webhookEndpoints
		t.Errorf("warned of %v", parsed.Warnings())
	}
	initech := only(t, store.Organizations.All(v))
	got := map[string][]string{}
	for _, m := range v.MembershipsOfOrganization(initech.ID) {
		u, ok := store.Users.Get(v, m.UserID)
		if !ok || u.Password == nil || !u.Password.Matches("sesame-"+u.FirstName) || m.Status != store.ActiveMembership {
			t.Errorf("%+v, %+v", u, m)
		}
		got[u.FirstName] = m.RoleSlugs
	}
	if want := map[string][]string{"Gina": {"admin"}, "Hugo": {"member"}, "Ines": {"member"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("the members are %v, want %v", got, want)
	}
	if c := only(t, store.Connections.All(v)); len(c.Profiles) != 2 || c.OrganizationID != initech.ID {
		t.Errorf("the connection is %+v", c)
	}
	for name, source := range map[string]string{
		"one user":       "users:\n  - email: dev@site.example\n    password: dev\n    email_verified: true\n",
		"pinned ids":     "users:\n  - id: user_01DEVGINA000000000000\n    email: gina@initech.example\n    password: sesame\norganizations:\n  - id: org_01DEV00000000000\n    name: Dev\n    domains:\n      - domain: initech.example\n        state: verified\n",
		"providers":      "users:\n  - id: user_gina\n    email: g@initech.example\n    oauth_provider: GitHubOAuth\n    oauth_idp_id: 1234567\n",
		"null and empty": "users:\n  - {email: a@b.example, name: null, metadata: {}, impersonator: null, totp: null, email_verified: null}\norganizations: [{name: A, memberships: [], entitlements: null, groups: []}]\nconnections: []\ninvitations: null\nfeatureFlags: []\njwtTemplate: null\n",
	} {
		if _, err := seed.Parse("seed.yaml", []byte(source), environment(nil)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
