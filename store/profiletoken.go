package store

import "time"

// ProfileToken is an access token of the SSO API, with which a profile is read. Its id is that of [TokenID].
type ProfileToken struct {
	Meta
	ConnectionID, ProfileID string
	UserID                  string // the user whom the profile is made of, where the connection has none of theirs
	Method                  string // SSO, or the OAuth provider
	ExpiresAt               time.Time
}

func (p *ProfileToken) clone() ProfileToken { return *p }

// ProfileTokens is the table of access tokens of the SSO API.
var ProfileTokens = newTable(Table[ProfileToken]{name: "profile_tokens"})

// InsertProfileToken stores a token, and drops old ones.
func (t *Txn) InsertProfileToken(p ProfileToken) error {
	return ProfileTokens.insertBounded(t, p, mostAttempts, func(old *ProfileToken) bool { return !p.CreatedAt.Before(old.ExpiresAt) })
}
