package store

import "time"

// Answer is what a request with an Idempotency-Key was answered, kept to be given again. The store cannot read it:
// Sealed is encrypted with a key that only the caller's Idempotency-Key opens, for the answer may hold a new secret.
type Answer struct {
	Meta           // ID is derived from the caller, the route and the Idempotency-Key
	Request Digest // of the request's body
	Sealed  []byte
}

func (a *Answer) clone() Answer { return *a } // Sealed is never changed

var answers = table[Answer]{name: "answers", lists: []list[Answer]{{byCreation, everything[Answer]}}}

// Answer looks an answer up.
func (t *Txn) Answer(id string) (Answer, bool) { return get(t, answers, primary, id) }

// InsertAnswer remembers an answer.
func (t *Txn) InsertAnswer(a Answer) error { return insert(t, answers, a) }

// DropAnswersBefore forgets the answers given before a moment.
func (t *Txn) DropAnswersBefore(moment time.Time) error {
	for stored := range walk(t, answers, byCreation, "", newer, newer.origin()) {
		if !stored.CreatedAt.Before(moment) {
			return nil
		}
		if err := t.memdb.Delete(answers.name, stored); err != nil {
			return err
		}
	}
	return nil
}

// DropOldestAnswers forgets all but the latest answers, of which it keeps as many as it is told.
func (t *Txn) DropOldestAnswers(keep int) error {
	count := 0
	for range walk(t, answers, byCreation, "", newer, newer.origin()) {
		count++
	}
	for stored := range walk(t, answers, byCreation, "", newer, newer.origin()) {
		if count <= keep {
			return nil
		}
		if err := t.memdb.Delete(answers.name, stored); err != nil {
			return err
		}
		count--
	}
	return nil
}
