package authenticate

import (
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/invitation"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

// TestInvitation accepts an invitation with each grant that takes one. The session is one in its organization.
func TestInvitation(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]func(f *fixture) body{
		"code":     func(f *fixture) body { return grantBody(codeGrant, "code", f.codeFor("ALICE")) },
		"password": func(*fixture) body { return passwordOf("alice") },
		"magic auth": func(f *fixture) body {
			return grantBody(magicGrant, "email", "alice@acme.example", "code", f.magicCode("ALICE"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.invite("org_EMPTY", "Alice@acme.example", "token", f.now.Add(time.Hour))
			a := f.send(b(f).with("invitation_token", "token")).want(200)
			if a.text("organization_id") != "org_EMPTY" || a.claims()["role"] != "admin" {
				t.Errorf("the answer is %s", a.raw)
			}
			accepted, _ := f.store.View().InvitationByToken("token")
			if accepted.AcceptedUserID != "user_ALICE" {
				t.Errorf("the invitation is %+v", accepted)
			}
			if got := f.send(b(f).with("invitation_token", "token")).want(400).text("error"); got != "invitation_invalid" {
				t.Errorf("the second time it is %s", got)
			}
		})
	}
}

func (f *fixture) invite(organization, email, token string, until time.Time) {
	f.t.Helper()
	f.update(func(tx *store.Txn) error {
		return store.Invitations.Insert(tx, store.Invitation{
			Meta: meta("invitation_" + token), Email: email, OrganizationID: organization, RoleSlug: "admin", Token: token, ExpiresAt: until,
		})
	})
}

// TestInvitationOfALoginWithSteps is accepted with the last step, so that a login which is begun anew still has it; and a code whose
// authorization request has had it is exchanged with the token as well as without.
func TestInvitationOfALoginWithSteps(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.invite("org_EMPTY", "frank@acme.example", "token", f.now.Add(time.Hour))
	state := func() invitation.State {
		i, _ := f.store.View().InvitationByToken("token")
		return invitation.StateOf(i, f.now)
	}
	invited := passwordOf("frank").with("invitation_token", "token")
	var asked answer
	for range 2 {
		asked = f.send(invited).want(403)
	}
	asked = f.send(grantBody(emailGrant, pendingToken, asked.text(pendingToken), "code", f.emailCode("FRANK"))).want(403)
	f.send(invited).want(403)
	if got := state(); got != invitation.Pending {
		t.Fatalf("before the last step it is %s", got)
	}
	last := f.challengeFor("FRANK", asked.text(pendingToken))
	f.update(func(tx *store.Txn) error { return f.revoke(tx, "token", f.now) })
	if got := f.send(last).want(400).code(); got != "invitation_invalid" {
		t.Errorf("an invitation that is revoked meanwhile is %s", got)
	}
	f.update(func(tx *store.Txn) error { return f.revoke(tx, "token", time.Time{}) })
	if a := f.send(last).want(200); a.text("organization_id") != "org_EMPTY" || a.claims()["org_id"] != "org_EMPTY" || state() != invitation.Accepted {
		t.Errorf("it is %s, and the answer %s", state(), a.raw)
	}
	if got := f.send(invited).want(400).code(); got != "invitation_invalid" {
		t.Errorf("in another login it is %s", got)
	}
}

// revoke sets the time at which an invitation was revoked.
func (f *fixture) revoke(tx *store.Txn, token string, at time.Time) error {
	i, _ := tx.InvitationByToken(token)
	_, err := store.Invitations.Update(tx, i.ID, func(i *store.Invitation) error { i.RevokedAt = at; return nil })
	return err
}

// TestInvitationWithCode: a code whose login has accepted an invitation is exchanged with its token, without it, and not with another one.
func TestInvitationWithCode(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.invite("org_EMPTY", "alice@acme.example", "token", f.now.Add(time.Hour))
	f.invite("org_EMPTY", "bob@acme.example", "other", f.now.Add(time.Hour))
	for _, token := range []string{"token", "", "other"} {
		code := f.codeFor("ALICE", func(a *store.Attempt) {
			a.InvitationID = "invitation_token"
			f.update(func(tx *store.Txn) error { return signin.Accept(tx, *a, f.now) })
			a.OrganizationID = "org_EMPTY"
		})
		a := f.send(grantBody(codeGrant, "code", code, "invitation_token", token))
		if wrong := token == "other"; (a.status == 400) != wrong || !wrong && a.text("organization_id") != "org_EMPTY" {
			t.Errorf("with %q the answer is %s", token, a.raw)
		}
	}
}
