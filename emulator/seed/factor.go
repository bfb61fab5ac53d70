package seed

import (
	"io"

	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
	"github.com/caddy-workos/caddy-workos/emulator/totp"
	"github.com/caddy-workos/caddy-workos/store"
)

// factors are the second factors of users. They have no block of their own.
var factors = &kindOf[struct{}, store.Factor]{
	singular: "second factor", plural: "second factors",
	table: &table[store.Factor]{
		Table: store.Factors,
		makeSecret: func(row *store.Factor, random io.Reader) (err error) {
			row.Secret, err = totp.NewSecret(random)
			return err
		},
		shareSecret: func(row *store.Factor, from store.Factor) { row.Secret = from.Secret },
		owners:      func(f *store.Factor) []ownerRow { return []ownerRow{{store.Users, f.UserID}} },
	},
}

// secondFactor is the field totp.
type secondFactor struct {
	enrolled bool
	secret   text   // as the file has it; not set for a random one
	stored   string // as it is stored
}

const (
	leastSecret = 16 // characters, which are 80 bits, as in the examples of authenticator apps
	// factorIssuer is what authenticator apps show. The API uses the same where a request names no issuer.
	factorIssuer = "WorkOS emulator"
)

var secondFactorType = format.New("`true`, `false` or string", format.Schema{AnyOf: []format.Schema{
	{Type: format.Types{"boolean"}}, {Type: format.Types{"string"}, MinLength: 1},
}}, decodeSecondFactor)

func decodeSecondFactor(v document.Value) secondFactor {
	if !v.IsText() {
		if !v.IsNull() && !v.IsBool() {
			v.FailTypeWith("true or false, or a secret in base32", "")
			return secondFactor{}
		}
		return secondFactor{enrolled: v.IsTrue()}
	}
	secret := v.Text()
	if !secret.Set {
		return secondFactor{}
	}
	stored, err := totp.ParseSecret(secret.Value)
	if err != nil || len(stored) < leastSecret {
		v.Fail("must be true or false, or a secret of at least %d characters in base32, such as JBSWY3DPEHPK3PXP", leastSecret)
		return secondFactor{}
	}
	return secondFactor{true, secret, stored}
}

// row is the factor of a user. Its id is derived from the user's: a user of the file has one at most.
func (f secondFactor) row(user *store.User) store.Factor {
	return store.Factor{
		Meta:   store.Meta{ID: id.Derive(id.AuthenticationFactor, user.ID), RandomSecret: !f.secret.Set},
		UserID: user.ID, Issuer: factorIssuer, User: user.Email, Secret: f.stored,
	}
}
