package onetimecode

import (
	"crypto/subtle"
	"io"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/email"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// NewMagicAuth makes a code by which a user signs in, and sends it. It fails only when random or the store does.
func NewMagicAuth(tx *store.Txn, user store.User, now time.Time, random io.Reader) (store.MagicAuth, error) {
	meta, code, err := newCodeOf(tx, user, email.MagicAuth, id.MagicAuth, now, random)
	if err != nil {
		return store.MagicAuth{}, err
	}
	made := store.MagicAuth{Meta: meta, OneTimeCode: code}
	return made, tx.InsertMagicAuth(made)
}

// UseMagicAuth uses a code that was sent to an address, which that verifies, and returns the user. An address that no user has is
// [ErrIncorrect]. See [Refused].
func UseMagicAuth(tx *store.Txn, address, code string, now time.Time) (store.User, error) {
	user, found := tx.UserByEmail(address)
	if !found {
		return store.User{}, ErrIncorrect
	}
	return use(tx, codes[store.MagicAuth]{
		table: store.MagicAuths, rows: tx.MagicAuthsOfUser(user.ID),
		code: func(m *store.MagicAuth) *store.OneTimeCode { return &m.OneTimeCode },
	}, user, code, now)
}

// NewEmailVerification makes a code by which a user verifies their address, and sends it. It fails only when random or the store does.
func NewEmailVerification(tx *store.Txn, user store.User, now time.Time, random io.Reader) (store.EmailVerification, error) {
	meta, code, err := newCodeOf(tx, user, email.EmailVerification, id.EmailVerification, now, random)
	if err != nil {
		return store.EmailVerification{}, err
	}
	made := store.EmailVerification{Meta: meta, OneTimeCode: code}
	return made, tx.InsertEmailVerification(made)
}

// UseEmailVerification uses a code that was sent to a user's address, which that verifies, and returns the user. The error is also
// [store.ErrNotFound], where there is no such user. See [Refused].
func UseEmailVerification(tx *store.Txn, userID, code string, now time.Time) (store.User, error) {
	user, found := store.Users.Get(tx, userID)
	if !found {
		return store.User{}, store.ErrNotFound
	}
	return use(tx, codes[store.EmailVerification]{
		table: store.EmailVerifications, rows: tx.EmailVerificationsOfUser(user.ID),
		code: func(e *store.EmailVerification) *store.OneTimeCode { return &e.OneTimeCode },
	}, user, code, now)
}

// newCodeOf makes the parts of a code for a user, and sends it.
func newCodeOf(tx *store.Txn, user store.User, kind, prefix string, now time.Time, random io.Reader) (store.Meta, store.OneTimeCode, error) {
	newID, err := id.New(prefix, now, random)
	if err != nil {
		return store.Meta{}, store.OneTimeCode{}, err
	}
	code, err := newCode(random)
	if err != nil {
		return store.Meta{}, store.OneTimeCode{}, err
	}
	return store.Meta{ID: newID, CreatedAt: now, UpdatedAt: now},
		store.OneTimeCode{UserID: user.ID, Email: user.Email, Code: code, ExpiresAt: now.Add(TTL)},
		email.Send(tx, email.Email{To: user.Email, Kind: kind, UserID: user.ID, Code: code}, now, random)
}

// codes are the codes of one kind that were sent to one user, oldest first.
type codes[Row any] struct {
	table *store.Table[Row]
	rows  []Row
	code  func(*Row) *store.OneTimeCode
}

// use uses a code of a user, and marks their address as verified. A code that was not sent to their present address is incorrect.
func use[Row any](tx *store.Txn, sent codes[Row], user store.User, given string, now time.Time) (store.User, error) {
	var match *Row
	var live []*Row
	locked := false
	for i := range sent.rows {
		row := &sent.rows[i]
		c := sent.code(row)
		if !store.SameEmail(c.Email, user.Email) {
			continue
		}
		isLive := refusal(c, now) == nil
		if isLive {
			live = append(live, row)
		}
		locked = locked || refusal(c, now) == ErrTooMany
		equal := subtle.ConstantTimeCompare([]byte(c.Code), []byte(given)) == 1
		if equal && (match == nil || isLive || refusal(sent.code(match), now) != nil) {
			match = row // the newest one, but none that is refused in the place of one that is not
		}
	}
	if match == nil {
		for _, row := range live {
			if err := sent.change(tx, row, now, func(c *store.OneTimeCode) { c.Tries++ }); err != nil {
				return store.User{}, err
			}
		}
		if locked && len(live) == 0 {
			return store.User{}, ErrTooMany
		}
		return store.User{}, ErrIncorrect
	}
	if err := refusal(sent.code(match), now); err != nil {
		return store.User{}, err
	}
	if err := sent.change(tx, match, now, func(c *store.OneTimeCode) { c.UsedAt = now }); err != nil {
		return store.User{}, err
	}
	if user.EmailVerified {
		return user, nil
	}
	return store.Users.Update(tx, user.ID, func(u *store.User) error {
		u.EmailVerified, u.UpdatedAt = true, now
		return nil
	})
}

// refusal returns why a right code is refused, or nil.
func refusal(c *store.OneTimeCode, now time.Time) error {
	switch {
	case !c.UsedAt.IsZero():
		return ErrUsed
	case !now.Before(c.ExpiresAt):
		return ErrExpired
	case c.Tries >= MaxTries:
		return ErrTooMany
	}
	return nil
}

func (s codes[Row]) change(tx *store.Txn, row *Row, now time.Time, change func(*store.OneTimeCode)) error {
	_, err := s.table.Update(tx, s.table.Meta(row).ID, func(r *Row) error {
		change(s.code(r))
		s.table.Meta(r).UpdatedAt = now
		return nil
	})
	return err
}
