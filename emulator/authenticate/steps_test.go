package authenticate

import (
	"testing"

	"github.com/caddy-workos/caddy-workos/store"
)

// TestStepAfterAChange: a pending token is for its step, whatever has changed since it was issued, and what is left then is asked for.
func TestStepAfterAChange(t *testing.T) {
	t.Parallel()
	setStatus := func(membership string, status store.MembershipStatus) func(*store.Txn) error {
		return func(tx *store.Txn) error {
			_, err := store.Memberships.Update(tx, membership, func(m *store.Membership) error { m.Status = status; return nil })
			return err
		}
	}
	setVerified := func(user string, verified bool) func(*store.Txn) error {
		return func(tx *store.Txn) error {
			_, err := store.Users.Update(tx, user, func(u *store.User) error { u.EmailVerified = verified; return nil })
			return err
		}
	}
	choose := func(organization string) func(*fixture, string) body {
		return func(_ *fixture, token string) body {
			return grantBody(chooseGrant, pendingToken, token, "organization_id", organization)
		}
	}
	for name, test := range map[string]struct {
		user   string
		change func(*store.Txn) error
		step   func(*fixture, string) body
		status int
		want   string // an error code, or the organization of the session
	}{
		"one organization is left, and chosen": {"carol", setStatus("om_CAROLorg_REAL", store.InactiveMembership), choose("org_ONE"), 200, "org_ONE"},
		"one is left, and another chosen": {
			"carol", setStatus("om_CAROLorg_REAL", store.InactiveMembership), choose("org_REAL"), 400, "organization_membership_not_found",
		},
		"a third one":     {"carol", setStatus("om_CAROLorg_TWO", store.ActiveMembership), choose("org_TWO"), 200, "org_TWO"},
		"another address": {"carol", setVerified("user_CAROL", false), choose("org_ONE"), 403, "email_verification_required"},
		"a second factor": {"carol", factorOf("CAROL"), choose("org_ONE"), 403, "mfa_challenge"},
		"verified meanwhile": {"dora", setVerified("user_DORA", true), func(f *fixture, token string) body {
			return grantBody(emailGrant, pendingToken, token, "code", f.emailCode("DORA"))
		}, 200, ""},
		"verified meanwhile, wrong code": {"dora", setVerified("user_DORA", true), func(_ *fixture, token string) body {
			return grantBody(emailGrant, pendingToken, token, "code", "x")
		}, 400, "invalid_one_time_code"},
		"not verified any more": {"erin", setVerified("user_ERIN", false), func(f *fixture, token string) body {
			return f.challengeFor("ERIN", token)
		}, 403, "email_verification_required"},
		"without the factor": {"erin", nil, func(f *fixture, token string) body {
			b := f.challengeFor("ERIN", token)
			f.update(func(tx *store.Txn) error { return store.Factors.Delete(tx, "auth_factor_ERIN") })
			return b
		}, 400, "invalid_pending_authentication_token"},
		"the step after it": {"erin", nil, func(_ *fixture, token string) body { return choose("org_ONE")(nil, token) }, 400, "invalid_pending_authentication_token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			token := f.send(passwordOf(test.user)).want(403).text(pendingToken)
			if test.change != nil {
				f.update(test.change)
			}
			a := f.send(test.step(f, token)).want(test.status)
			if got := a.code() + a.text("organization_id"); got != test.want {
				t.Errorf("it is %q, want %q: %s", got, test.want, a.raw)
			}
		})
	}
}

// factorOf gives a user a second factor.
func factorOf(user string) func(*store.Txn) error {
	return func(tx *store.Txn) error {
		return store.Factors.Insert(tx, store.Factor{Meta: meta("auth_factor_" + user), UserID: "user_" + user, Secret: totpKey})
	}
}
