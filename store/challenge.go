package store

import "time"

// Challenge asks for a code of a second factor, WorkOS's `authentication_challenge`.
type Challenge struct {
	Meta
	FactorID  string
	ExpiresAt time.Time
	UsedAt    time.Time // zero until a right code was given
	Tries     int       // with a wrong code
}

func (c *Challenge) clone() Challenge { return *c }

// mostChallengesOfFactor is how many challenges of one factor are stored: the newest ones.
const mostChallengesOfFactor = 20

// Challenges is the table of challenges.
var Challenges = newTable(Table[Challenge]{
	name:  "challenges",
	lists: []list[Challenge]{{byFactor, func(c *Challenge) (string, bool) { return c.FactorID, true }}},
})

// InsertChallenge stores a challenge, and drops old ones.
func (t *Txn) InsertChallenge(c Challenge) error {
	before := c.CreatedAt.Add(-keptAfterCreation)
	err := Challenges.insertBounded(t, c, mostOneTimeCodes, func(old *Challenge) bool { return old.CreatedAt.Before(before) })
	if err != nil {
		return err
	}
	ids := Challenges.ids(t, byFactor, c.FactorID)
	for len(ids) > mostChallengesOfFactor {
		if err := Challenges.Delete(t, ids[0]); err != nil {
			return err
		}
		ids = ids[1:]
	}
	return nil
}
