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
	for _, table := range tables {
		table.follow(t, next)
	}
	t.memdb.Abort()
	begun := t.store.begin(next.commit())
	t.memdb, t.db, t.bases, t.atBaseline = begun.memdb, begun.db, begun.bases, true
}

// Reset is [Store.Reset] in a transaction.
func (t *Txn) Reset() {
	t.Follow()
	t.reset = true
}

// follow prepares the table for [Txn.Follow]: the rows that go are retired, and those of the baseline get the place that they
// have in t, or the one that they would have if they were inserted there. A table whose deleted rows are not remembered has
// no such places.
//
// It looks at what has been written since the table's base was made. Where t has another base than the baseline, a table
// has been written as a whole, and it looks at all rows.
func (d *Table[T]) follow(t, baseline *Txn) {
	if len(d.retire) == 0 {
		return
	}
	read, deleted := d.walk, []string(nil)
	if d.base(t) == d.base(baseline) {
		read = d.walkWritten
		deleted = append(t.deleted(d.name), baseline.deleted(d.name)...)
	}
	for _, stored := range d.going(t, baseline, read(t, byCreation, "", older, older.origin()), deleted) {
		d.retireRow(t, stored)
	}
	leaving, moved := map[string]*T{}, []*T(nil)
	move := func(stored *T) {
		if stored == nil || leaving[d.id(stored)] != nil {
			return
		}
		meta := *d.meta(stored)
		if place := d.baselinePlace(t, meta); place != meta.place {
			copied := d.clone(stored)
			d.meta(&copied).place = place
			leaving[meta.ID] = stored
			moved = append(moved, &copied)
		}
	}
	for stored := range read(baseline, byCreation, "", newer, newer.origin()) {
		move(stored)
	}
	for _, id := range deleted {
		move(d.find(baseline, primary, id))
	}
	if err := d.replace(baseline, leaving, moved, len(moved)); err != nil {
		panic(fmt.Sprintf("store: %v", err)) // the rows are the store's own
	}
}

// going returns the newest rows of t that the baseline lacks, the oldest first.
func (d *Table[T]) going(t, baseline *Txn, newestFirst iter.Seq[*T], deleted []string) []*T {
	var gone []*T
	for stored := range newestFirst {
		if d.find(baseline, primary, d.id(stored)) != nil {
			continue
		}
		if gone = append(gone, stored); len(gone) == maxRetired {
			break
		}
	}
	for _, id := range deleted {
		if stored := d.find(t, primary, id); stored != nil && d.find(baseline, primary, id) == nil {
			gone = append(gone, stored)
		}
	}
	slices.Reverse(gone)
	return gone
}

// baselinePlace is the place that a row of the baseline is to have.
func (d *Table[T]) baselinePlace(t *Txn, m Meta) place {
	if m.place.changedSince(t.store.current.Load().moment) {
		return m.place // it is of this transaction, and new to all snapshots
	}
	if stored := d.find(t, primary, m.ID); stored != nil {
		return d.meta(stored).place
	}
	now := t.tick()
	if old, ok := t.oldPlace(d.name, m.ID, now); ok {
		return old
	}
	return place{seq: m.place.seq, born: now}
}
