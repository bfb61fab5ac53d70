package authorize_test

import (
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/store"
)

// TestInvitation is accepted when the code is issued: not with a step before, and not in another login. The code says so, as clients send
// the token again when they exchange it.
func TestInvitation(t *testing.T) {
	t.Parallel()
	s := newSite(t, false, option(emulator.LoginPassword))
	err := s.store.Update(func(tx *store.Txn) error {
		return store.Invitations.Insert(tx, store.Invitation{
			Meta: store.Meta{ID: "invitation_1"}, Email: "Alice@acme.example", OrganizationID: "org_other", Token: "token", ExpiresAt: s.time().Add(time.Hour),
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	accepted := func() bool {
		i, _ := store.Invitations.Get(s.store.View(), "invitation_1")
		return i.AcceptedUserID == "user_alice"
	}
	invited := authorization("invitation_token", "token")
	for range 2 { // logins that are not completed
		b := s.browser()
		b.open(invited)
		b.submit("account", "user_alice")
		if accepted() {
			t.Fatal("it is accepted before the password")
		}
		if p := b.submit("password", "wrong"); p.status != 400 || accepted() {
			t.Fatalf("%d: %s", p.status, p.body)
		}
	}
	b := s.browser()
	b.open(invited)
	b.submit("account", "user_alice")
	if c := b.codeRow(b.submit("password", "secret")); c.InvitationID != "invitation_1" || c.OrganizationID != "org_other" || !accepted() {
		t.Errorf("the code is %+v", c)
	}
	b = s.browser()
	b.open(invited)
	b.submit("account", "user_alice")
	if got := b.refused(b.submit("password", "secret")); got != "access_denied" {
		t.Errorf("in another login it is %s", got)
	}
}
