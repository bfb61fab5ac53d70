package store

// Factor is a second factor of a user, WorkOS's `authentication_factor` of the type totp.
type Factor struct {
	Meta
	UserID string
	Issuer string // shown by authenticator apps
	User   string // shown by authenticator apps
	Secret string // of RFC 6238, in base32
	// UsedStep is the time step of the last code that was accepted. No code of that step or an earlier one is accepted again (RFC 6238 §5.2).
	UsedStep int64
}

func (f *Factor) clone() Factor { return *f }

// Factors is the table of authentication factors. Deleting one deletes its challenges.
var Factors = newTable(Table[Factor]{
	name:    "factors",
	lists:   []list[Factor]{{byUser, func(f *Factor) (string, bool) { return f.UserID, true }}},
	retire:  []string{primary},
	cascade: []cascade{Challenges.of(byFactor)},
})

// FactorsOfUser returns the factors of a user, oldest first.
func (t *Txn) FactorsOfUser(userID string) []Factor { return Factors.all(t, byUser, userID) }

// FactorPage returns a page of the factors of a user.
func (t *Txn) FactorPage(userID string, p Page) (List[Factor], error) {
	return Factors.page(t, byUser, userID, p, nil)
}
