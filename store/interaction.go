package store

import "time"

// Interaction is a login on the login page that is not complete: the account is chosen, and some step is left. Its id is that of
// [TokenID], of the token in the page's address.
type Interaction struct {
	Meta
	Browser Digest // of the cookie of the browser that has chosen the account; no other may go on
	Page    string // path of the page that it was begun on; no other may go on
	Query   string // of the authorization request, as it came
	// Login is what is known so far. Its Meta is not used.
	Login Attempt
	// Proven is set when the user has given their password or a code that was sent to them, or needs neither.
	Proven bool
	// DeviceCode is the user code of the device that the login is for; optional.
	DeviceCode string
	Tries      int       // answers that were given
	EndedAt    time.Time // zero until the login is complete, or was given up
	ExpiresAt  time.Time
}

func (i *Interaction) clone() Interaction { return *i }

// Interactions is the table of logins on the login page.
var Interactions = newTable(Table[Interaction]{
	name:  "interactions",
	lists: []list[Interaction]{{byUser, func(i *Interaction) (string, bool) { return i.Login.UserID, true }}},
})

// InsertInteraction stores a login on the login page, and drops old ones.
func (t *Txn) InsertInteraction(i Interaction) error {
	return Interactions.insertBounded(t, i, mostAttempts, func(old *Interaction) bool { return !i.CreatedAt.Before(old.ExpiresAt) })
}
