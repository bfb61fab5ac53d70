// Package invitation has the rules of invitations: which state one is in, who may use it, and what accepting it does. The API and
// logins use the same functions (LOGIN.md §8).
package invitation

import (
	"errors"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/rolegrant"
	"github.com/caddy-workos/caddy-workos/store"
)

// Why an invitation cannot be used: see [Refusal].
var (
	ErrInvalid      = errors.New("no such invitation")
	ErrAccepted     = errors.New("the invitation has already been accepted")
	ErrRevoked      = errors.New("the invitation has been revoked")
	ErrExpired      = errors.New("the invitation has expired")
	ErrOtherAddress = errors.New("the invitation is for another address")
)

// Refusal returns the error code and the description with which a login is refused whose invitation cannot be used (LOGIN.md §2.4). The
// code is empty for an error that is not one of those above.
func Refusal(err error) (code, description string) {
	for _, refused := range []error{ErrInvalid, ErrAccepted, ErrRevoked, ErrExpired} {
		if errors.Is(err, refused) {
			return "invitation_invalid", "The invitation cannot be used: " + refused.Error() + "."
		}
	}
	if errors.Is(err, ErrOtherAddress) {
		return "invitation_cannot_be_used_for_email", "The invitation is for another email address."
	}
	return "", ""
}

// State is the `state` of an invitation.
type State string

// The states.
const (
	Pending  State = "pending"
	Accepted State = "accepted"
	Expired  State = "expired"
	Revoked  State = "revoked"
)

// StateOf returns the state of an invitation at a time.
func StateOf(i store.Invitation, now time.Time) State {
	switch {
	case !i.AcceptedAt.IsZero():
		return Accepted
	case !i.RevokedAt.IsZero():
		return Revoked
	case !now.Before(i.ExpiresAt):
		return Expired
	}
	return Pending
}

// CheckPending returns why an invitation is not pending, or nil.
func CheckPending(i store.Invitation, now time.Time) error {
	return map[State]error{Accepted: ErrAccepted, Expired: ErrExpired, Revoked: ErrRevoked}[StateOf(i, now)]
}

// Find looks up the invitation with a token that a person with an address wants to use. The error is one of those above.
func Find(tx *store.Txn, token, email string, now time.Time) (store.Invitation, error) {
	i, ok := tx.InvitationByToken(token)
	if !ok {
		return store.Invitation{}, ErrInvalid
	}
	if err := CheckPending(i, now); err != nil {
		return store.Invitation{}, err
	}
	if !store.SameEmail(i.Email, email) {
		return store.Invitation{}, ErrOtherAddress
	}
	return i, nil
}

// Accept accepts an invitation for a user. Where it is to an organization, the user becomes an active member with its role: a pending or
// inactive membership is activated, and an active one stays as it is. The error is one of those above, of the invitation as it is in the
// transaction, or one of the store.
func Accept(tx *store.Txn, i store.Invitation, user store.User, now time.Time) error {
	stored, ok := store.Invitations.Get(tx, i.ID)
	if !ok {
		return ErrInvalid
	}
	if err := CheckPending(stored, now); err != nil {
		return err
	}
	if !store.SameEmail(stored.Email, user.Email) {
		return ErrOtherAddress
	}
	if stored.OrganizationID != "" {
		if err := join(tx, stored, user, now); err != nil {
			return err
		}
	}
	_, err := store.Invitations.Update(tx, stored.ID, func(i *store.Invitation) error {
		i.AcceptedAt, i.AcceptedUserID, i.UpdatedAt = now, user.ID, now
		return nil
	})
	return err
}

// join makes a user an active member of the organization of an invitation.
func join(tx *store.Txn, i store.Invitation, user store.User, now time.Time) error {
	m, ok := tx.MembershipOf(user.ID, i.OrganizationID)
	switch {
	case !ok:
		return store.Memberships.Insert(tx, store.Membership{
			// It is derived, so that accepting a seeded invitation gives the same id after each reset.
			Meta:   store.Meta{ID: id.Derive(id.Membership, i.ID, user.ID), CreatedAt: now, UpdatedAt: now},
			UserID: user.ID, OrganizationID: i.OrganizationID, Status: store.ActiveMembership, RoleSlugs: []string{Role(i)},
		})
	case m.Status == store.ActiveMembership:
		return nil
	}
	_, err := store.Memberships.Update(tx, m.ID, func(m *store.Membership) error {
		m.Status, m.RoleSlugs, m.UpdatedAt = store.ActiveMembership, []string{Role(i)}, now
		return nil
	})
	return err
}

// Role returns the slug of the role that a new member gets, or nothing for an invitation to no organization.
func Role(i store.Invitation) string {
	switch {
	case i.OrganizationID == "":
		return ""
	case i.RoleSlug == "":
		return rolegrant.Default
	}
	return i.RoleSlug
}
