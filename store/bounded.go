package store

// insertBounded adds a row of run time to a table, and drops old ones, so that the table does not grow without end: those at the
// beginning of the table that have expired, and at times the oldest beyond a number. The rows that belong to a dropped one go with it.
func (d *Table[T]) insertBounded(t *Txn, r T, most int, expired func(*T) bool) error {
	var old []string
	for stored := range d.walk(t, byCreation, "", newer, newer.origin()) {
		if !expired(stored) {
			break
		}
		old = append(old, d.id(stored))
	}
	for _, id := range old {
		if err := d.Delete(t, id); err != nil {
			return err
		}
	}
	if err := d.Insert(t, r); err != nil {
		return err
	}
	return d.dropOldest(t, most)
}

// dropOldest deletes all but the newest rows. As it has to count them, it does so after each eighth of them that were inserted.
func (d *Table[T]) dropOldest(t *Txn, most int) error {
	counts := t.store.inserted
	if counts[d.name]++; counts[d.name] <= most/8 {
		return nil
	}
	counts[d.name] = 0
	ids := d.ids(t, byCreation, "")
	for len(ids) > most {
		if err := d.Delete(t, ids[0]); err != nil {
			return err
		}
		ids = ids[1:]
	}
	return nil
}
