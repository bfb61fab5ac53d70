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

// UseChallenge answers a challenge with a code of its factor. The error is also [store.ErrNotFound], where there is
// no such challenge. See [UseFactor] and [Refused].
func UseChallenge(tx *store.Txn, challengeID, code string, now time.Time) error {
	challenge, found := store.Challenges.Get(tx, challengeID)
	if !found {
		return store.ErrNotFound
	}
	factor, found := store.Factors.Get(tx, challenge.FactorID)
	if !found {
		return store.ErrNotFound
	}
	switch {
	case !challenge.UsedAt.IsZero():
		return ErrUsed
	case !now.Before(challenge.ExpiresAt):
		return ErrExpired
	case challenge.Tries >= MaxTries:
		return ErrTooMany
	}
	refused := UseFactor(tx, factor, code, now)
	if refused != nil && !Refused(refused) {
		return refused
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
	return cmp.Or(err, refused)
}

// UseFactor uses a code of a factor. A code that was used before is [ErrUsed] (RFC 6238 §5.2). See [Refused].
func UseFactor(tx *store.Txn, factor store.Factor, code string, now time.Time) error {
	step, right := totp.Step(factor.Secret, code, now)
	switch {
	case !right:
		return ErrIncorrect
	case totp.IsUsed(step, factor.UsedStep):
		return ErrUsed
	}
	_, err := store.Factors.Update(tx, factor.ID, func(f *store.Factor) error {
		f.UsedStep = step
		return nil
	})
	return err
}
