package store

// Moment is a point in the history of a store: the number of inserts and deletes until then.
type Moment uint64

// Moment is that of the snapshot.
func (t *Txn) Moment() Moment { return t.moment }

// place is where a row stands in the order of creation, and since when. A row that was deleted and comes back with the
// same id has its old place, so that no list that is being walked has it twice.
type place struct {
	seq  Moment // the order: that of the first insert
	born Moment // when the row was inserted first
	gone Moment // when it was last deleted, and 0 if it never was
	back Moment // when it came back
}

// thereAt reports whether the row was there, as far as its last absence tells.
func (p place) thereAt(at Moment) bool {
	return p.born <= at && (p.gone == 0 || at < p.gone || p.back <= at)
}

// changedSince reports whether the row has come, or has been away, after a moment.
func (p place) changedSince(at Moment) bool { return max(p.born, p.gone, p.back) > at }

// Presence says when a row with an id is in the store.
type Presence struct {
	Now   bool // it is there
	Then  bool // it was there at the moment that was asked for
	Known bool // it is there, or is remembered to have been
}

// Presence says when a row with an id is there: now, and at a moment.
func (d *Table[T]) Presence(t *Txn, id string, at Moment) Presence {
	if stored := d.find(t, primary, id); stored != nil {
		return Presence{Now: true, Then: d.meta(stored).place.thereAt(at), Known: true}
	}
	if r, ok := t.retired(d.name, primary, id); ok {
		return Presence{Then: r.place.thereAt(at) && at < r.gone, Known: true}
	}
	return Presence{}
}

// placeFor is the place of a new row, which is its old one if it comes back, and in the baseline that of the visible row.
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

// oldPlace is the place of a row that comes back, if it is remembered.
func (t *Txn) oldPlace(table, id string, now Moment) (place, bool) {
	if r, ok := t.retiring[retiring{retiredIndex{table, primary}, shortHashOf(id)}]; ok {
		return r.place, true // in every snapshot, it is there
	}
	r, ok := t.retired(table, primary, id)
	return place{seq: r.place.seq, born: r.place.born, gone: r.gone, back: now}, ok
}

// tick counts an insert or a delete.
func (t *Txn) tick() Moment {
	t.store.clock++
	return t.store.clock
}
