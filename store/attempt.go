package store

import "time"

// Attempt is a login that is not complete: some step is left. Its id is that of [TokenID], of the `pending_authentication_token`.
type Attempt struct {
	Meta
	UserID         string
	ClientID       string
	OrganizationID string // the one that was asked for; optional
	InvitationID   string // of the invitation that the login is for, which is accepted when it is complete; optional
	// Method is how the user has proven who they are, in the words of `authentication_method`.
	Method string
	// Step is what its pending token is for: a signin.Kind.
	Step int
	// Chosen is set where the user was only chosen, on a page or by a login_hint: then nothing else has to be proven.
	Chosen bool
	// SecondFactor is set when the second factor has been proven.
	SecondFactor bool
	// Challenge is the `code_challenge` of the authorization request; optional.
	Challenge string
	// ConnectionID and ProfileID say which profile of a connection has signed in, where the method is SSO.
	ConnectionID, ProfileID string
	IPAddress               string // optional
	UserAgent               string // optional
	ExpiresAt               time.Time
}

func (a *Attempt) clone() Attempt { return *a }

// mostAttempts is how many attempts, codes and device authorizations are stored, of each.
const mostAttempts = 10_000

// Attempts is the table of logins that are not complete.
var Attempts = newTable(Table[Attempt]{
	name:  "attempts",
	lists: []list[Attempt]{{byUser, func(a *Attempt) (string, bool) { return a.UserID, true }}},
})

// InsertAttempt stores an attempt, and drops old ones.
func (t *Txn) InsertAttempt(a Attempt) error {
	return Attempts.insertBounded(t, a, mostAttempts, func(old *Attempt) bool { return !a.CreatedAt.Before(old.ExpiresAt) })
}
