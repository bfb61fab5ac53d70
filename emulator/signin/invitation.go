package signin

import (
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/invitation"
	"github.com/caddy-workos/caddy-workos/store"
)

// Invite makes a login one by the invitation with a token, to its organization if it has one. An empty token changes nothing, nor does
// that of the invitation which the login is by: clients send it again with a code. The error is one of package invitation's.
func Invite(tx *store.Txn, a *Attempt, token string, now time.Time) error {
	user, ok := store.Users.Get(tx, a.UserID)
	if token == "" || !ok { // Next says that there is no user
		return nil
	}
	if found, ok := tx.InvitationByToken(token); ok && found.ID == a.InvitationID {
		return nil
	}
	found, err := invitation.Find(tx, token, user.Email, now)
	if err != nil {
		return err
	}
	a.InvitationID = found.ID
	if found.OrganizationID != "" {
		a.OrganizationID = found.OrganizationID
	}
	return nil
}

// Accept accepts the invitation of a login that is complete, if it is by one. It does so once for the steps of a login, and for logins
// of one user at the same time. The error is one of package invitation's, or of the store.
func Accept(tx *store.Txn, a Attempt, now time.Time) error {
	if a.InvitationID == "" {
		return nil
	}
	found, ok := store.Invitations.Get(tx, a.InvitationID)
	user, known := store.Users.Get(tx, a.UserID)
	switch {
	case !ok || !known:
		return invitation.ErrInvalid
	case found.AcceptedUserID == user.ID:
		return nil
	}
	return invitation.Accept(tx, found, user, now)
}

// isInvited reports whether a login is by an invitation to its organization, which makes the user a member when it is complete.
func isInvited(tx *store.Txn, a Attempt) bool {
	found, ok := store.Invitations.Get(tx, a.InvitationID)
	return ok && found.OrganizationID == a.OrganizationID && found.AcceptedUserID == ""
}
