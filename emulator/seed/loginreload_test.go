package seed_test

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

// reload applies another seed to a store, with real randomness.
func reload(t testing.TB, s *store.Store, source string) seed.Changes {
	t.Helper()
	var changes seed.Changes
	err := s.Update(func(tx *store.Txn) (err error) {
		changes, err = parse(t, source).Apply(tx, testNow.Add(time.Hour), rand.Reader)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

const twoPeople = `
users:
  - {id: user_A, email: ada@x, password: first-password, totp: true}
  - {id: user_B, email: bob@x, password: password-of-bob}
organizations: [{id: org_A, name: Acme, memberships: [{email: ada@x}, {email: bob@x}]}]
invitations: [{email: new@x, organization: Acme}]
roles: [{slug: admin, name: Admin}]
`

// seededFactors are the factors of user_A that the file has.
func seededFactors(v *store.Txn) []store.Factor {
	return slices.DeleteFunc(v.FactorsOfUser("user_A"), func(f store.Factor) bool { return f.Seed == "" })
}

// TestReloadOfLogins edits each part of an entry, while the store is in use.
func TestReloadOfLogins(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		from, to string
		changed  int
		check    func(v, before *store.Txn) bool
	}{
		"nothing": {"", "", 0, func(v, before *store.Txn) bool {
			return only(t, seededFactors(v)).Secret == only(t, seededFactors(before)).Secret
		}},
		"a password": {"first-password", "second-password", 1, func(v, before *store.Txn) bool {
			u := userBy(t, v, "ada@x")
			return u.Password.Matches("second-password") && !u.Password.Matches("first-password") && u.LastSignInAt.Equal(testNow) &&
				only(t, seededFactors(v)).Secret == only(t, seededFactors(before)).Secret && len(v.SessionsOfUser("user_A")) == 1
		}},
		"no password": {", password: first-password", "", 1, func(v, _ *store.Txn) bool { return userBy(t, v, "ada@x").Password == nil }},
		"a pinned secret": {"totp: true", "totp: JBSWY3DPEHPK3PXP", 2, func(v, _ *store.Txn) bool {
			return only(t, seededFactors(v)).Secret == "JBSWY3DPEHPK3PXP"
		}},
		"no factor": {", totp: true", "", 1, func(v, _ *store.Txn) bool { return len(seededFactors(v)) == 0 }},
		"a role": {"{email: ada@x}", "{email: ada@x, role: admin}", 1, func(v, before *store.Txn) bool {
			m, _ := v.MembershipOf("user_A", "org_A")
			old, _ := before.MembershipOf("user_A", "org_A")
			return slices.Equal(m.RoleSlugs, []string{"admin"}) && m.ID == old.ID && m.CreatedAt.Equal(testNow) && m.UpdatedAt.After(testNow)
		}},
		"a status": {"{email: bob@x}]}", "{email: bob@x, status: inactive}]}", 1, func(v, _ *store.Txn) bool {
			m, _ := v.MembershipOf("user_B", "org_A")
			return m.Status == store.InactiveMembership
		}},
		"a member less": {"{email: ada@x}, ", "", 0, func(v, _ *store.Txn) bool {
			_, ok := v.MembershipOf("user_A", "org_A")
			return !ok && len(v.SessionsOfUser("user_A")) == 1
		}},
		"an expiry": {"organization: Acme}", "organization: Acme, expires_in_days: 1}", 1, func(v, before *store.Txn) bool {
			i, old := only(t, store.Invitations.All(v)), only(t, store.Invitations.All(before))
			return i.Token == old.Token && i.ExpiresAt.Equal(testNow.Add(25*time.Hour))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := store.New()
			change(t, s, func(tx *store.Txn) error {
				_, err := parse(t, twoPeople).Apply(tx, testNow, rand.Reader)
				return err
			})
			change(t, s, signIn)
			before := s.View()
			if !strings.Contains(twoPeople, test.from) {
				t.Fatal("nothing is edited")
			}
			if changes := reload(t, s, strings.Replace(twoPeople, test.from, test.to, 1)); changes.Changed != test.changed {
				t.Errorf("the changes are %+v, want %d", changes, test.changed)
			}
			if !test.check(s.View(), before) {
				t.Errorf("%+v\n%+v\n%+v", store.Users.All(s.View()), store.Memberships.All(s.View()), store.Invitations.All(s.View()))
			}
		})
	}
}

// signIn makes what two people make at run time.
func signIn(tx *store.Txn) error {
	for _, u := range []string{"user_A", "user_B"} {
		meta := func(kind string) store.Meta { return store.Meta{ID: kind + u, CreatedAt: testNow} }
		if err := store.Sessions.Insert(tx, store.Session{Meta: meta("session_"), UserID: u, ExpiresAt: testNow.Add(time.Hour)}); err != nil {
			return err
		}
		if err := store.RefreshTokens.Insert(tx, store.RefreshToken{Meta: meta("refresh_"), SessionID: "session_" + u}); err != nil {
			return err
		}
		if err := store.Factors.Insert(tx, store.Factor{Meta: meta("made_factor_"), UserID: u}); err != nil {
			return err
		}
		if err := store.Memberships.Insert(tx, store.Membership{Meta: meta("om_made_"), UserID: u, OrganizationID: "org_REAL"}); err != nil {
			return err
		}
		if _, err := store.Users.Update(tx, u, func(u *store.User) error { u.LastSignInAt = testNow; return nil }); err != nil {
			return err
		}
	}
	return nil
}

// TestRemovedUsersAreSignedOut has what is left of a user whose entry is removed, and of another.
func TestRemovedUsersAreSignedOut(t *testing.T) {
	t.Parallel()
	s, _ := seeded(t, twoPeople)
	change(t, s, signIn)
	reload(t, s, "users: [{id: user_B, email: bob@x, password: password-of-bob}]\norganizations: [{id: org_A, name: Acme, memberships: [{email: bob@x}]}]\n")
	v := s.View()
	for u, want := range map[string]int{"user_A": 0, "user_B": 1} {
		got := []int{len(v.SessionsOfUser(u)), len(v.FactorsOfUser(u)), len(v.MembershipsOfUser(u)) - want}
		if !slices.Equal(got, []int{want, want, want}) {
			t.Errorf("%s has %v sessions, factors and more memberships", u, got)
		}
	}
	if tokens := store.RefreshTokens.All(v); len(tokens) != 1 || tokens[0].SessionID != "session_user_B" {
		t.Errorf("the refresh tokens are %+v", tokens)
	}
	reload(t, s, "organizations: [{id: org_B, name: Other}]\nusers: [{id: user_B, email: bob@x}]\nmemberships: [{user: bob@x, organization_id: org_A}]\n")
	var of []string
	for _, m := range s.View().MembershipsOfUser("user_B") {
		of = append(of, m.OrganizationID)
	}
	if slices.Sort(of); !slices.Equal(of, []string{"org_A", "org_REAL"}) {
		t.Errorf("the memberships are of %v", of)
	}
}

// TestDeletedOwnersComeBackWithTheirOwn deletes a user and an organization by the API, and then edits their entries.
func TestDeletedOwnersComeBackWithTheirOwn(t *testing.T) {
	t.Parallel()
	source := strings.Replace(twoPeople, "roles: [", "roles: [{slug: org-r, name: R, organization_id: org_A}, ", 1) + "connections: [{name: SSO, organization: Acme}]\n" +
		"connectApplications: [{name: App, organization: Acme}]\napiKeys: [{name: K, organization: Acme, user_id: user_A}]\n"
	s, _ := seeded(t, source)
	change(t, s, func(tx *store.Txn) error {
		if err := store.Users.Delete(tx, "user_A"); err != nil {
			return err
		}
		return store.Organizations.Delete(tx, "org_A")
	})
	counts := func() string {
		v := s.View()
		return fmt.Sprint(len(store.Memberships.All(v)), len(store.Factors.All(v)), len(store.Connections.All(v)), len(store.Invitations.All(v)),
			len(store.Roles.All(v))-2, len(store.Applications.All(v)), len(store.ClientSecrets.All(v)), len(store.APIKeys.All(v)))
	}
	edited := strings.NewReplacer("email: ada@x}", "email: ada@x, status: inactive}", "name: SSO", "state: inactive, name: SSO", "name: R,", "name: R, priority: 1,",
		"name: App,", "name: App, scopes: [a],", "name: K,", "name: K, permissions: [a],", "organization: Acme}]\nroles", "organization: Acme, expires_in_days: 1}]\nroles").Replace(source)
	for _, source := range []string{source + "permissions: [{slug: a, name: A}]\n", edited} {
		if reload(t, s, source); counts() != "0 0 0 0 0 0 0 0" {
			t.Errorf("what was deleted is back: %s", counts())
		}
	}
	both := strings.NewReplacer("email: ada@x, password", "email: ada@x, first_name: Ada, password", "name: Acme, memberships", "name: Acme, external_id: e, memberships")
	reload(t, s, both.Replace(edited))
	if got := counts(); got != "2 1 1 1 1 1 1 1" {
		t.Errorf("there are %s", got)
	}
	if only(t, seededFactors(s.View())).Secret == "" || only(t, store.Invitations.All(s.View())).Token == "" {
		t.Error("a secret is lost")
	}
}
