package store

import "time"

// PasswordReset is a token with which a user sets a new password, WorkOS's `password_reset`.
type PasswordReset struct {
	Meta
	UserID    string
	Email     string // the address that it was sent to
	Token     string // a secret, unique; an endpoint shows it again
	URL       string // where the user would set the password; it has the token
	ExpiresAt time.Time
}

func (p *PasswordReset) clone() PasswordReset { return *p }

// PasswordResets is the table of password resets. One that is used is deleted.
var PasswordResets = newTable(Table[PasswordReset]{
	name:   "password_resets",
	unique: []unique[PasswordReset]{{field: "token", value: func(p *PasswordReset) string { return p.Token }}},
	lists:  []list[PasswordReset]{{byUser, func(p *PasswordReset) (string, bool) { return p.UserID, true }}},
})

// InsertPasswordReset stores a password reset, and drops old ones.
func (t *Txn) InsertPasswordReset(p PasswordReset) error {
	return PasswordResets.insertOfUser(t, p.UserID, p)
}

// PasswordResetByToken looks up a password reset by its token.
func (t *Txn) PasswordResetByToken(token string) (PasswordReset, bool) {
	return PasswordResets.get(t, "token", token)
}

// DeletePasswordResets deletes the password resets of a user.
func (t *Txn) DeletePasswordResets(userID string) error {
	return PasswordResets.of(byUser).delete(t, userID)
}
