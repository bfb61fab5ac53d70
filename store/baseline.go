package store

import (
	"fmt"
	"iter"
	"slices"
)

// Reset makes the store hold its baseline again, which is empty unless a transaction has changed it: see [Txn.Baseline].
// Nothing is known any more of the use of credentials. The rows that go are remembered as deleted ones are. It takes a time
// that does not grow with the baseline, but with what has been written and deleted since; and requests under way keep the
// view that they have.
func (s *Store) Reset() {
	_ = s.Update(func(t *Txn) error {
		t.Reset()
		return nil
	})
}

// Baseline is a transaction on what [Store.Reset] goes back to. It is committed with this one.
func (t *Txn) Baseline() *Txn {
	if t.baseline == nil {
		t.baseline = t.store.begin(t.store.baseline)
		t.baseline.visible = t
	}
	return t.baseline
}

// AtBaseline tells whether the store holds its baseline, as it was before the transaction, and nothing has been written
// since.
func (t *Txn) AtBaseline() bool { return t.atBaseline }

// Follow makes the store hold its baseline, with the changes of this transaction; no more can be made in it. The rows that go
// and come by it are remembered and placed as those are that are deleted and inserted. What is known of the use of
// credentials stays.
func (t *Txn) Follow() {
	if t.atBaseline && t.baseline == nil {
		return
	}
	next := t.Baseline()
	settle[Organization, *Organization](t, next, organizations)
	settle[User, *User](t, next, users)
	settle[Application, *Application](t, next, applications)
	settle[APIKey, *APIKey](t, next, apiKeys)
	t.memdb.Abort()
	begun := t.store.begin(next.commit())
	t.memdb, t.db, t.bases, t.atBaseline = begun.memdb, begun.db, begun.bases, true
}

// Reset is [Store.Reset] in a transaction.
func (t *Txn) Reset() {
	t.Follow()
	t.reset = true
}

// settle prepares a table for [Txn.Follow]: the rows that go are retired, and those of the baseline get the place that they
// have in t, or the one that they would have if they were inserted there.
//
// It looks at what has been written since the table's base was made. Where t has another base than the baseline, a table
// has been written as a whole, and it looks at all rows.
func settle[T any, R row[T]](t, next *Txn, d table[T]) {
	read, deleted := walk[T, R], []string(nil)
	if baseOf(t, d) == baseOf(next, d) {
		read = walkWritten[T, R]
		deleted = append(t.deleted(d.name), next.deleted(d.name)...)
	}
	for _, stored := range going[T, R](t, next, d, read(t, d, byCreation, "", older, older.origin()), deleted) {
		retireRow[T, R](t, d, stored)
	}
	leaving, written := map[string]*T{}, []*T(nil)
	settleRow := func(stored *T) {
		if stored == nil || leaving[R(stored).meta().ID] != nil {
			return
		}
		meta := *R(stored).meta()
		if place := settledPlace[T, R](t, d, meta); place != meta.place {
			placed := R(stored).clone()
			R(&placed).meta().place = place
			leaving[meta.ID] = stored
			written = append(written, &placed)
		}
	}
	for stored := range read(next, d, byCreation, "", newer, newer.origin()) {
		settleRow(stored)
	}
	for _, id := range deleted {
		settleRow(find[T, R](next, d, primary, id))
	}
	if err := replace[T, R](next, d, leaving, written, len(written)); err != nil {
		panic(fmt.Sprintf("store: %v", err)) // the rows are the store's own
	}
}

// going returns the newest rows of t that next does not hold, the oldest first.
func going[T any, R row[T]](t, next *Txn, d table[T], newestFirst iter.Seq[*T], deleted []string) []*T {
	var gone []*T
	for stored := range newestFirst {
		if find[T, R](next, d, primary, R(stored).meta().ID) != nil {
			continue
		}
		if gone = append(gone, stored); len(gone) == maxRetired {
			break
		}
	}
	for _, id := range deleted {
		if stored := find[T, R](t, d, primary, id); stored != nil && find[T, R](next, d, primary, id) == nil {
			gone = append(gone, stored)
		}
	}
	slices.Reverse(gone)
	return gone
}

// settledPlace is the place that a row of the baseline is to have.
func settledPlace[T any, R row[T]](t *Txn, d table[T], m Meta) place {
	if m.place.changedSince(t.store.current.Load().moment) {
		return m.place // it is of this transaction, and new to all snapshots
	}
	if stored := find[T, R](t, d, primary, m.ID); stored != nil {
		return R(stored).meta().place
	}
	now := t.tick()
	if old, ok := t.oldPlace(d.name, m.ID, now); ok {
		return old
	}
	return place{seq: m.place.seq, born: now}
}
