package store

import "time"

// OneTimeCode is a code that is sent to a user's address, and is good for one use.
type OneTimeCode struct {
	UserID    string
	Email     string // the address that it was sent to
	Code      string // six digits; endpoints show it again
	ExpiresAt time.Time
	UsedAt    time.Time // zero until it is used
	Tries     int       // with a wrong code, while this one was valid
}

// mostCodesOfUser is how many one-time codes of a kind, and password resets, are stored of one user: the newest ones.
const mostCodesOfUser = 20

// insertOfUser inserts a row of a user, and drops the oldest ones of that user, and those before a time.
func (d *Table[T]) insertOfUser(t *Txn, userID string, r T) error {
	before := d.meta(&r).CreatedAt.Add(-keptAfterCreation)
	err := d.insertBounded(t, r, mostOneTimeCodes, func(old *T) bool { return d.meta(old).CreatedAt.Before(before) })
	if err != nil {
		return err
	}
	ids := d.ids(t, byUser, userID)
	for len(ids) > mostCodesOfUser {
		if err := d.Delete(t, ids[0]); err != nil {
			return err
		}
		ids = ids[1:]
	}
	return nil
}

const (
	// keptAfterCreation is how long a code is remembered, so that it is known for some time why it is refused.
	keptAfterCreation = 24 * time.Hour
	// mostOneTimeCodes is how many one-time codes of a kind are stored.
	mostOneTimeCodes = 10_000
)
