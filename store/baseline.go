package store

import (
	"fmt"
	"iter"
	"slices"
)

// Reset restores the rows of the baseline, which is empty unless a transaction has changed it: see [Txn.Baseline]. It also forgets when
// credentials were last used. Rows that are not in the baseline are deleted, and remembered as deleted rows are.
//
// Its time depends on how much was written and deleted since, and not on the size of the baseline. Snapshots do not change.
func (s *Store) Reset() {
	_ = s.Update(func(t *Txn) error {
		t.Reset()
		return nil
	})
}

// Baseline returns the transaction on the baseline, the state that [Store.Reset] restores. It is committed with this one.
func (t *Txn) Baseline() *Txn {
	if t.baseline == nil {
		t.baseline = t.store.begin(t.store.baseline)
		t.baseline.visible = t
	}
	return t.baseline
}

// AtBaseline reports whether the rows are those of the baseline as it was before the transaction.
func (t *Txn) AtBaseline() bool { return t.atBaseline }

// Follow restores the rows of the baseline, with the changes that this transaction has made to the baseline. It must be the last change of
// the transaction. Rows are remembered, and get their place in the lists, as if they were deleted and inserted. The last use of
// credentials is not forgotten.
func (t *Txn) Follow() {
	if t.atBaseline && t.baseline == nil {
		return
	}
	baseline := t.Baseline()
	for _, table := range tables {
		table.follow(t, baseline)
	}
	t.memdb.Abort()
	begun := t.store.begin(baseline.commit())
	t.memdb, t.db, t.bases, t.atBaseline = begun.memdb, begun.db, begun.bases, true
}

// Reset is [Store.Reset] in a transaction.
func (t *Txn) Reset() {
	t.Follow()
	t.reset = true
}

// follow prepares the table for [Txn.Follow]. It retires the rows that are not in the baseline, and moves the rows of the baseline to the
// place that they have in t, or would get if they were inserted there. A table that remembers no deleted rows needs neither.
//
// It reads only what was written since the table's base was made, unless t and the baseline have different bases.
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

// going returns the newest maxRetired rows of t that the baseline lacks, the oldest first.
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

// baselinePlace returns the place that a row of the baseline must have.
func (d *Table[T]) baselinePlace(t *Txn, m Meta) place {
	if m.place.changedSince(t.store.current.Load().moment) {
		return m.place // it was set in this transaction, and no snapshot has it
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
