package store

// Moment is a point in the history of a store: the number of inserts and deletes before it.
type Moment uint64

// Moment returns the moment of the snapshot.
func (t *Txn) Moment() Moment { return t.moment }

// place is the place of a row in the order of creation, and since when the row has it. A row that was deleted and is inserted again with
// the same id gets its old place, so that a caller who reads a list page by page does not see it twice.
type place struct {
	seq  Moment // the order of creation: the moment of the first insert
	born Moment // when the row was first inserted
	gone Moment // when it was last deleted, and 0 if it never was
	back Moment // when it was last inserted again
}

// thereAt reports whether the row was in the table at a moment. It knows only the last deletion.
func (p place) thereAt(at Moment) bool {
	return p.born <= at && (p.gone == 0 || at < p.gone || p.back <= at)
}

// changedSince reports whether the row was inserted or deleted after a moment.
func (p place) changedSince(at Moment) bool { return max(p.born, p.gone, p.back) > at }

// Presence says when a row with an id is or was in a table.
type Presence struct {
	Now   bool // it is in the table
	Then  bool // it was in the table at the given moment
	Known bool // it is in the table, or its deletion is remembered
}

// Presence returns whether a row with an id is in the table now, and was at a moment.
func (d *Table[T]) Presence(t *Txn, id string, at Moment) Presence {
	return d.presence(t, primary, id, at)
}

// presence is Presence by a unique value that is remembered after a deletion.
func (d *Table[T]) presence(t *Txn, field, value string, at Moment) Presence {
	if stored := d.find(t, field, value); stored != nil {
		return Presence{Now: true, Then: d.meta(stored).place.thereAt(at), Known: true}
	}
	if r, ok := t.retired(d.name, field, value); ok {
		return Presence{Then: r.place.thereAt(at) && at < r.gone, Known: true}
	}
	return Presence{}
}

// placeFor returns the place of a new row. A row that is inserted again gets its old place, and a row of the baseline that of the
// visible row with the same id.
func (d *Table[T]) placeFor(t *Txn, id string) place {
	now := t.tick()
	if t.visible != nil {
		t = t.visible
		if stored := d.find(t, primary, id); stored != nil {
			return d.meta(stored).place
		}
	}
	if old, ok := t.oldPlace(d.name, id, now); ok {
		return old
	}
	return place{seq: now, born: now}
}

// oldPlace returns the place of a row that is inserted again, if its deletion is remembered.
func (t *Txn) oldPlace(table, id string, now Moment) (place, bool) {
	if r, ok := t.retiring[retiring{retiredIndex{table, primary}, shortHashOf(id)}]; ok {
		return r.place, true // it was deleted in this transaction: every snapshot has it
	}
	r, ok := t.retired(table, primary, id)
	return place{seq: r.place.seq, born: r.place.born, gone: r.gone, back: now}, ok
}

// tick counts an insert or a delete.
func (t *Txn) tick() Moment {
	t.store.clock++
	return t.store.clock
}
