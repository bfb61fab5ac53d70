package store

import (
	"slices"
	"time"
)

// Answer is what a request with an Idempotency-Key was answered, kept to be given again. The store cannot read it:
// Sealed is encrypted with a key that only the caller's Idempotency-Key opens, for the answer may hold a new secret.
type Answer struct {
	Meta           // ID is derived from the caller, the route and the Idempotency-Key
	Request Digest // of the request's body
	Sealed  []byte
}

func (a *Answer) clone() Answer {
	c := *a
	c.Sealed = slices.Clone(a.Sealed)
	return c
}

var answers = newTable(Table[Answer]{name: "answers"})

// Answer looks an answer up.
func (t *Txn) Answer(id string) (Answer, bool) { return answers.Get(t, id) }

// InsertAnswer remembers an answer, in the place of one with the same id.
func (t *Txn) InsertAnswer(a Answer) error {
	if err := answers.erase(t, a.ID); err != nil {
		return err
	}
	return answers.Insert(t, a)
}

// DateAnswer changes the moment that an answer was given at.
func (t *Txn) DateAnswer(id string, at time.Time) error {
	_, err := answers.Update(t, id, func(a *Answer) error { a.CreatedAt = at; return nil })
	return err
}

// DropAnswersBefore forgets the answers given before a moment. It relies on their times being in the order in which they
// were given: see [Txn.DateLaterAnswers].
func (t *Txn) DropAnswersBefore(moment time.Time) error {
	var old []*Answer
	for stored := range answers.walk(t, byCreation, "", newer, newer.origin()) {
		if !stored.CreatedAt.Before(moment) {
			break
		}
		old = append(old, stored)
	}
	for _, stored := range old {
		if err := answers.erase(t, stored.ID); err != nil {
			return err
		}
	}
	return nil
}

// maxAhead is how far the clocks of concurrent requests may be apart: more says that the clock went back.
const maxAhead = time.Minute

// DateLaterAnswers dates the answers of a later time than now, which a clock that went back leaves, as given now: so they
// are forgotten as long after now as others. It looks at the newest answer only, unless that is one of them.
func (t *Txn) DateLaterAnswers(now time.Time) error {
	ahead := false
	for newest := range answers.walk(t, byCreation, "", older, older.origin()) {
		ahead = newest.CreatedAt.Sub(now) > maxAhead
		break
	}
	if !ahead {
		return nil
	}
	for _, a := range answers.All(t) {
		if !a.CreatedAt.After(now) {
			continue
		}
		if err := t.DateAnswer(a.ID, now); err != nil {
			return err
		}
	}
	return nil
}

// DropOldestAnswers forgets all but the latest answers, of which it keeps as many as it is told.
func (t *Txn) DropOldestAnswers(keep int) error {
	count := 0
	for range answers.walk(t, byCreation, "", newer, newer.origin()) {
		count++
	}
	for stored := range answers.walk(t, byCreation, "", newer, newer.origin()) {
		if count <= keep {
			return nil
		}
		if err := answers.erase(t, stored.ID); err != nil {
			return err
		}
		count--
	}
	return nil
}
