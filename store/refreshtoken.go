package store

import (
	"slices"
	"time"
)

// RefreshToken is a refresh token of a session. Its id is that of [TokenID].
type RefreshToken struct {
	Meta
	SessionID string
	UsedAt    time.Time // zero until it is exchanged
	// Of the exchange: what was asked for, and the answer, which is encrypted with a key that is derived from the token.
	Request Digest
	Sealed  []byte
}

func (r *RefreshToken) clone() RefreshToken {
	c := *r
	c.Sealed = slices.Clone(r.Sealed)
	return c
}

// mostRefreshTokens is how many refresh tokens of one session are stored: the newest ones. All but one of them are used.
const mostRefreshTokens = 20

// RefreshTokens is the table of refresh tokens.
var RefreshTokens = newTable(Table[RefreshToken]{
	name:  "refresh_tokens",
	lists: []list[RefreshToken]{{bySession, func(r *RefreshToken) (string, bool) { return r.SessionID, true }}},
})

// RefreshToken looks up a refresh token.
func (t *Txn) RefreshToken(token string) (RefreshToken, bool) {
	return RefreshTokens.Get(t, TokenID(token))
}

// InsertRefreshToken stores a refresh token, and drops the oldest ones of its session.
func (t *Txn) InsertRefreshToken(r RefreshToken) error {
	if err := RefreshTokens.Insert(t, r); err != nil {
		return err
	}
	ids := RefreshTokens.ids(t, bySession, r.SessionID)
	for len(ids) > mostRefreshTokens {
		if err := RefreshTokens.Delete(t, ids[0]); err != nil {
			return err
		}
		ids = ids[1:]
	}
	return nil
}
