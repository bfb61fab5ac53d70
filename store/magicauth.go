package store

// MagicAuth is a code by which a user signs in, WorkOS's `magic_auth`.
type MagicAuth struct {
	Meta
	OneTimeCode
}

func (m *MagicAuth) clone() MagicAuth { return *m }

// MagicAuths is the table of codes for magic auth.
var MagicAuths = newTable(Table[MagicAuth]{
	name:  "magic_auths",
	lists: []list[MagicAuth]{{byUser, func(m *MagicAuth) (string, bool) { return m.UserID, true }}},
})

// InsertMagicAuth stores a code, and drops old ones.
func (t *Txn) InsertMagicAuth(m MagicAuth) error { return MagicAuths.insertOfUser(t, m.UserID, m) }

// MagicAuthsOfUser returns the codes of a user that are remembered, oldest first.
func (t *Txn) MagicAuthsOfUser(userID string) []MagicAuth { return MagicAuths.all(t, byUser, userID) }
