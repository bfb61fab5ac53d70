package onetimecode

import (
	"cmp"
	"io"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/totp"
	"github.com/caddy-workos/caddy-workos/store"
)

// NewChallenge makes a challenge of a factor. It fails only when random or the store does.
func NewChallenge(tx *store.Txn, factor store.Factor, now time.Time, random io.Reader) (store.Challenge, error) {
	newID, err := id.New(id.AuthenticationChallenge, now, random)
	if err != nil {
		return store.Challenge{}, err
	}
	made := store.Challenge{
		Meta: store.Meta{ID: newID, CreatedAt: now, UpdatedAt: now}, FactorID: factor.ID, ExpiresAt: now.Add(TTL),
	}
	return made, tx.InsertChallenge(made)
}

// UseChallenge answers a challenge with a code of its factor, and returns the factor. The error is also [store.ErrNotFound], where there is
// no such challenge. A code that the factor was used with before is [ErrUsed] (RFC 6238 §5.2). See [Refused].
func UseChallenge(tx *store.Txn, challengeID, code string, now time.Time) (store.Factor, error) {
	challenge, found := store.Challenges.Get(tx, challengeID)
	if !found {
		return store.Factor{}, store.ErrNotFound
	}
	factor, found := store.Factors.Get(tx, challenge.FactorID)
	if !found {
		return store.Factor{}, store.ErrNotFound
	}
	switch {
	case !challenge.UsedAt.IsZero():
		return store.Factor{}, ErrUsed
	case !now.Before(challenge.ExpiresAt):
		return store.Factor{}, ErrExpired
	case challenge.Tries >= MaxTries:
		return store.Factor{}, ErrTooMany
	}
	var refused error
	step, right := totp.Step(factor.Secret, code, now)
	switch {
	case !right:
		refused = ErrIncorrect
	case step <= factor.UsedStep:
		refused = ErrUsed
	}
	_, err := store.Challenges.Update(tx, challenge.ID, func(c *store.Challenge) error {
		c.UpdatedAt = now
		if refused != nil {
			c.Tries++
		} else {
			c.UsedAt = now
		}
		return nil
	})
	if err != nil || refused != nil {
		return store.Factor{}, cmp.Or(err, refused)
	}
	return store.Factors.Update(tx, factor.ID, func(f *store.Factor) error {
		f.UsedStep = step
		return nil
	})
}
