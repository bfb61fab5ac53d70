package onetimecode

import (
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

// UserOfPasswordReset returns the user whose password the token of a password reset may set. A token that was sent to an address which the
// user no longer has is bad.
func UserOfPasswordReset(tx *store.Txn, token string, now time.Time) (store.User, bool) {
	p, found := tx.PasswordResetByToken(token)
	if !found || !now.Before(p.ExpiresAt) {
		return store.User{}, false
	}
	user, found := store.Users.Get(tx, p.UserID)
	return user, found && store.SameEmail(user.Email, p.Email)
}
