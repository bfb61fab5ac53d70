package invitation_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/invitation"
	"github.com/caddy-workos/caddy-workos/store"
)

var now = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

func update(t *testing.T, s *store.Store, change func(*store.Txn) error) {
	t.Helper()
	if err := s.Update(change); err != nil {
		t.Fatal(err)
	}
}

// invited returns a pending invitation of Alice to an organization.
func invited() store.Invitation {
	return store.Invitation{
		Meta: store.Meta{ID: "invitation_1"}, Email: "Alice@acme.example", OrganizationID: "org_a", RoleSlug: "admin", Token: "token",
		ExpiresAt: now.Add(time.Hour),
	}
}

var alice = store.User{Meta: store.Meta{ID: "user_a"}, Email: "alice@ACME.example"}

// unusable has what makes an invitation unusable for Alice, with the state and the error.
var unusable = map[string]struct {
	change func(*store.Invitation)
	state  invitation.State
	err    error
}{
	"accepted":              {func(i *store.Invitation) { i.AcceptedAt = now }, invitation.Accepted, invitation.ErrAccepted},
	"revoked":               {func(i *store.Invitation) { i.RevokedAt = now }, invitation.Revoked, invitation.ErrRevoked},
	"expires now":           {func(i *store.Invitation) { i.ExpiresAt = now }, invitation.Expired, invitation.ErrExpired},
	"revoked, then expired": {func(i *store.Invitation) { i.RevokedAt, i.ExpiresAt = now, now }, invitation.Revoked, invitation.ErrRevoked},
	"of somebody else":      {func(i *store.Invitation) { i.Email = "bob@acme.example" }, invitation.Pending, invitation.ErrOtherAddress},
}

func TestUnusable(t *testing.T) {
	t.Parallel()
	for name, test := range unusable {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i, s := invited(), store.New()
			test.change(&i)
			update(t, s, func(tx *store.Txn) error { return store.Invitations.Insert(tx, i) })
			if got := invitation.StateOf(i, now); got != test.state {
				t.Errorf("the state is %s, want %s", got, test.state)
			}
			if _, err := invitation.Find(s.View(), i.Token, alice.Email, now); !errors.Is(err, test.err) {
				t.Errorf("Find: %v, want %v", err, test.err)
			}
			// What the caller has read may be out of date.
			err := s.Update(func(tx *store.Txn) error { return invitation.Accept(tx, invited(), alice, now) })
			if !errors.Is(err, test.err) {
				t.Errorf("Accept: %v, want %v", err, test.err)
			}
			if got := store.Memberships.All(s.View()); len(got) > 0 {
				t.Errorf("there is the membership %+v", got)
			}
		})
	}
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	s := store.New()
	for _, token := range []string{"", "token"} {
		if _, err := invitation.Find(s.View(), token, alice.Email, now); !errors.Is(err, invitation.ErrInvalid) {
			t.Errorf("%q: %v", token, err)
		}
	}
	err := s.Update(func(tx *store.Txn) error { return invitation.Accept(tx, invited(), alice, now) })
	if !errors.Is(err, invitation.ErrInvalid) {
		t.Errorf("Accept: %v", err)
	}
}

// TestAccept has the membership before and after.
func TestAccept(t *testing.T) {
	t.Parallel()
	had := func(status store.MembershipStatus) *store.Membership {
		return &store.Membership{
			Meta: store.Meta{ID: "om_1"}, UserID: alice.ID, OrganizationID: "org_a", Status: status, RoleSlugs: []string{"viewer"},
		}
	}
	for name, test := range map[string]struct {
		before *store.Membership
		change func(*store.Invitation)
		roles  []string // nil for no membership
	}{
		"no member":                  {nil, func(*store.Invitation) {}, []string{"admin"}},
		"pending":                    {had(store.PendingMembership), func(*store.Invitation) {}, []string{"admin"}},
		"inactive":                   {had(store.InactiveMembership), func(*store.Invitation) {}, []string{"admin"}},
		"active":                     {had(store.ActiveMembership), func(*store.Invitation) {}, []string{"viewer"}},
		"without a role":             {nil, func(i *store.Invitation) { i.RoleSlug = "" }, []string{"member"}},
		"to no organization":         {nil, func(i *store.Invitation) { i.OrganizationID = "" }, nil},
		"a moment before it is over": {nil, func(i *store.Invitation) { i.ExpiresAt = now.Add(1) }, []string{"admin"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i, s := invited(), store.New()
			test.change(&i)
			update(t, s, func(tx *store.Txn) error { return store.Invitations.Insert(tx, i) })
			if test.before != nil {
				update(t, s, func(tx *store.Txn) error { return store.Memberships.Insert(tx, *test.before) })
			}
			found, err := invitation.Find(s.View(), i.Token, alice.Email, now)
			if err != nil {
				t.Fatal(err)
			}
			update(t, s, func(tx *store.Txn) error { return invitation.Accept(tx, found, alice, now) })
			m, ok := s.View().MembershipOf(alice.ID, "org_a")
			if ok != (test.roles != nil) || ok && (m.Status != store.ActiveMembership || !reflect.DeepEqual(m.RoleSlugs, test.roles)) {
				t.Errorf("the membership is %+v, %t", m, ok)
			}
			after, _ := store.Invitations.Get(s.View(), i.ID)
			if !after.AcceptedAt.Equal(now) || after.AcceptedUserID != alice.ID {
				t.Errorf("the invitation is %+v", after)
			}
			err = s.Update(func(tx *store.Txn) error { return invitation.Accept(tx, found, alice, now) })
			if !errors.Is(err, invitation.ErrAccepted) {
				t.Errorf("the second time: %v", err)
			}
		})
	}
}
