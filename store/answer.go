package store

import (
	"slices"
	"time"
)

// Answer is the answer to a request with an Idempotency-Key, stored to be replayed. It may contain a new secret, so Sealed is encrypted
// with a key that is derived from the Idempotency-Key, which the store does not have.
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

// Answer looks up an answer by id.
func (t *Txn) Answer(id string) (Answer, bool) { return answers.Get(t, id) }

// InsertAnswer stores an answer, and replaces one with the same id.
func (t *Txn) InsertAnswer(a Answer) error {
	if err := answers.erase(t, a.ID); err != nil {
		return err
	}
	return answers.Insert(t, a)
}

// DateAnswer changes the time at which an answer was given.
func (t *Txn) DateAnswer(id string, at time.Time) error {
	_, err := answers.Update(t, id, func(a *Answer) error { a.CreatedAt = at; return nil })
	return err
}

// DropAnswersBefore deletes the answers given before a time. It relies on their times being in the order in which they
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

// maxAhead is how far the times of concurrent requests may be apart. A greater difference says that the clock was set back.
const maxAhead = time.Minute

// DateLaterAnswers sets the time of answers that are dated after now to now, so that they expire as all others do. There are such answers
// after the clock was set back. It reads only the newest answer, unless that is dated after now.
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

// DropOldestAnswers deletes all but the given number of the latest answers.
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
