package store

// EmailVerification is a code by which a user proves that an address is theirs, WorkOS's `email_verification`.
type EmailVerification struct {
	Meta
	OneTimeCode
}

func (e *EmailVerification) clone() EmailVerification { return *e }

// EmailVerifications is the table of codes that verify an address.
var EmailVerifications = newTable(Table[EmailVerification]{
	name:  "email_verifications",
	lists: []list[EmailVerification]{{byUser, func(e *EmailVerification) (string, bool) { return e.UserID, true }}},
})

// InsertEmailVerification stores a code, and drops old ones.
func (t *Txn) InsertEmailVerification(e EmailVerification) error {
	return EmailVerifications.insertOfUser(t, e.UserID, e)
}

// EmailVerificationsOfUser returns the codes of a user that are remembered, oldest first.
func (t *Txn) EmailVerificationsOfUser(userID string) []EmailVerification {
	return EmailVerifications.all(t, byUser, userID)
}
