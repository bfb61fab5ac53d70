package authenticate

import (
	"crypto/rand"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/onetimecode"
	"github.com/caddy-workos/caddy-workos/store"
)

func newChallenge(tx *store.Txn, factor store.Factor, now time.Time) (store.Challenge, error) {
	return onetimecode.NewChallenge(tx, factor, now, rand.Reader)
}

// magicCode sends a magic-auth code to a user, and returns it.
func (f *fixture) magicCode(user string) string {
	f.t.Helper()
	var sent store.MagicAuth
	f.update(func(tx *store.Txn) (err error) {
		u, _ := store.Users.Get(tx, "user_"+user)
		sent, err = onetimecode.NewMagicAuth(tx, u, f.clock(), rand.Reader)
		return err
	})
	return sent.Code
}

// emailCode returns the code that was sent last to verify the address of a user.
func (f *fixture) emailCode(user string) string {
	sent := f.store.View().EmailVerificationsOfUser("user_" + user)
	return sent[len(sent)-1].Code
}
