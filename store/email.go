package store

// Email is an email that WorkOS would send. The emulator only stores it, for the test API to show.
type Email struct {
	Meta
	UserID string // optional
	To     string
	Kind   string // as in "magic_auth"
	Code   string // optional
	Link   string // optional
}

func (e *Email) clone() Email { return *e }

// mostEmails is how many emails are stored: the newest ones.
const mostEmails = 1000

// Emails is the table of emails.
var Emails = newTable(Table[Email]{name: "emails"})

// InsertEmail stores an email, and drops the oldest ones.
func (t *Txn) InsertEmail(e Email) error {
	return Emails.insertBounded(t, e, mostEmails, func(*Email) bool { return false })
}

// NewestEmails returns up to the given number of emails that match, newest first.
func (t *Txn) NewestEmails(most int, match func(Email) bool) []Email {
	found, _ := Emails.take(Emails.walk(t, byCreation, "", older, older.origin()), most, match)
	return found
}
