package store

// Factor is a second factor of a user, WorkOS's `authentication_factor` of the type totp.
type Factor struct {
	Meta
	UserID string
	Issuer string // shown by authenticator apps
	User   string // shown by authenticator apps
	Secret string // of RFC 6238, in base32
}

func (f *Factor) clone() Factor { return *f }

// Factors is the table of authentication factors.
var Factors = newTable(Table[Factor]{
	name:   "factors",
	lists:  []list[Factor]{{byUser, func(f *Factor) (string, bool) { return f.UserID, true }}},
	retire: []string{primary},
})

// FactorsOfUser returns the factors of a user, oldest first.
func (t *Txn) FactorsOfUser(userID string) []Factor { return Factors.all(t, byUser, userID) }
