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

// thereAt tells whether the row was there, as far as its last absence tells.
func (p place) thereAt(at Moment) bool {
	return p.born <= at && (p.gone == 0 || at < p.gone || p.back <= at)
}

// changedSince tells whether the row has come, or has been away, after a moment.
func (p place) changedSince(at Moment) bool { return max(p.born, p.gone, p.back) > at }

// Presence says when a row with an id is in the store.
type Presence struct {
	Now   bool // it is there
	Then  bool // it was there at the moment that was asked for
	Known bool // it is there, or is remembered to have been
}

func presence[T any, R row[T]](t *Txn, d table[T], id string, at Moment) Presence {
	if stored := find[T, R](t, d, primary, id); stored != nil {
		return Presence{Now: true, Then: R(stored).meta().place.thereAt(at), Known: true}
	}
	if r, ok := t.retired(d.name, primary, id); ok {
		return Presence{Then: r.place.thereAt(at) && at < r.gone, Known: true}
	}
	return Presence{}
}

// OrganizationPresence says when an organization with this id is there.
func (t *Txn) OrganizationPresence(id string, at Moment) Presence {
	return presence(t, organizations, id, at)
}

// UserPresence says when a user with this id is there.
func (t *Txn) UserPresence(id string, at Moment) Presence { return presence(t, users, id, at) }

// ApplicationPresence says when an application with this id, which is not its client id, is there.
func (t *Txn) ApplicationPresence(id string, at Moment) Presence {
	return presence(t, applications, id, at)
}

// APIKeyPresence says when a key with this id is there.
func (t *Txn) APIKeyPresence(id string, at Moment) Presence { return presence(t, apiKeys, id, at) }
