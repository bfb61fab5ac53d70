package store

import "time"

// Code is an authorization code: a login that is complete, and becomes a session when the code is exchanged. Its id is that of
// [TokenID]. A code that is exchanged is deleted.
type Code struct {
	Meta
	UserID         string
	ClientID       string
	OrganizationID string // optional
	InvitationID   string // of the invitation that the login was for; optional
	Method         string // in the words of `authentication_method`
	Challenge      string // the `code_challenge`; optional
	// ConnectionID and ProfileID say which profile of a connection has signed in, where the method is SSO.
	ConnectionID, ProfileID string
	IPAddress               string // optional
	UserAgent               string // optional
	ExpiresAt               time.Time
}

func (c *Code) clone() Code { return *c }

// Codes is the table of authorization codes.
var Codes = newTable(Table[Code]{
	name:  "codes",
	lists: []list[Code]{{byUser, func(c *Code) (string, bool) { return c.UserID, true }}},
})

// InsertCode stores a code, and drops old ones.
func (t *Txn) InsertCode(c Code) error {
	return Codes.insertBounded(t, c, mostAttempts, func(old *Code) bool { return !c.CreatedAt.Before(old.ExpiresAt) })
}
