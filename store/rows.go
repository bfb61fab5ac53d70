package store

import (
	"errors"
	"fmt"
	"slices"
)

// Get looks up a row by id.
func (d *Table[T]) Get(t *Txn, id string) (T, bool) { return d.get(t, primary, id) }

// Has reports whether there is a row with an id.
func (d *Table[T]) Has(t *Txn, id string) bool { return d.find(t, primary, id) != nil }

// All returns every row, oldest first.
func (d *Table[T]) All(t *Txn) []T { return d.all(t, byCreation, "") }

// Insert adds a row. It returns a [ConflictError] where another row has its id or one of its unique values.
func (d *Table[T]) Insert(t *Txn, r T) error {
	id := d.id(&r)
	if id == "" {
		return fmt.Errorf("insert into %s: the row has no id", d.name)
	}
	if d.find(t, primary, id) != nil {
		return &ConflictError{Table: d.name, Field: primary, ID: id, Holder: id}
	}
	d.meta(&r).place = d.placeFor(t, id)
	return d.put(t, r)
}

// Update changes the row with an id, and returns the changed row. The error is [ErrNotFound], a [ConflictError] or that of change; then
// nothing is changed. A change of the id is ignored.
func (d *Table[T]) Update(t *Txn, id string, change func(*T) error) (T, error) {
	var none T
	changed, ok := d.Get(t, id)
	if !ok {
		return none, ErrNotFound
	}
	place := d.meta(&changed).place
	if err := change(&changed); err != nil {
		return none, err
	}
	d.meta(&changed).ID, d.meta(&changed).place = id, place
	if err := d.put(t, changed); err != nil {
		return none, err
	}
	return changed, nil
}

// Delete deletes the row with an id, and the rows of other tables that belong to it. It returns [ErrNotFound] where there is no such
// row.
func (d *Table[T]) Delete(t *Txn, id string) error {
	stored := d.find(t, primary, id)
	if stored == nil {
		return ErrNotFound
	}
	if err := d.remove(t, stored); err != nil {
		return err
	}
	return d.deleteOwned(t, id)
}

// deleteAll is [Table.Delete] for many rows.
func (d *Table[T]) deleteAll(t *Txn, ids []string) error {
	if err := d.Edit(t, ids, nil); err != nil {
		return err
	}
	for _, id := range ids {
		if err := d.deleteOwned(t, id); err != nil {
			return err
		}
	}
	return nil
}

// deleteOwned deletes the rows of other tables that belong to a row.
func (d *Table[T]) deleteOwned(t *Txn, id string) error {
	var errs []error
	for _, owned := range d.cascade {
		errs = append(errs, owned.delete(t, id))
	}
	return errors.Join(errs...)
}

// HasOwned reports whether rows of other tables belong to a row, which may live elsewhere.
func (d *Table[T]) HasOwned(t *Txn, id string) bool {
	return id != "" && slices.ContainsFunc(d.cascade, func(owned cascade) bool { return owned.hasAny(t, id) })
}

// clear deletes all rows of this table only.
func (d *Table[T]) clear(t *Txn) error {
	for _, id := range d.ids(t, byCreation, "") {
		if err := d.remove(t, d.find(t, primary, id)); err != nil {
			return err
		}
	}
	return nil
}

// find returns the stored row itself, or nil. It must not be changed or returned to a caller.
func (d *Table[T]) find(t *Txn, field, value string) *T {
	if value == "" {
		return nil
	}
	if raw, err := t.memdb.First(d.name, field, value); err == nil && raw != nil {
		return raw.(*T)
	}
	b := d.base(t)
	if b == nil {
		return nil
	}
	stored := b.unique[field].find(value)
	if stored == nil || t.hidden(d.name, d.id(stored)) {
		return nil
	}
	return stored
}

// get returns a copy of the row with a unique value.
func (d *Table[T]) get(t *Txn, field, value string) (T, bool) {
	stored := d.find(t, field, value)
	if stored == nil {
		var none T
		return none, false
	}
	return d.clone(stored), true
}

// put writes a copy of r. It checks the unique values first, as go-memdb does not.
func (d *Table[T]) put(t *Txn, r T) error {
	stored := d.clone(&r)
	id := d.id(&stored)
	for _, u := range d.unique[1:] {
		for value := range u.of(&stored) {
			if holder := d.find(t, u.field, value); holder != nil && d.id(holder) != id {
				return &ConflictError{Table: d.name, Field: u.field, ID: id, Holder: d.id(holder)}
			}
		}
	}
	if u, ok := any(&stored).(used); ok {
		u.use().begin(t.store)
	}
	t.atBaseline = false
	if err := t.memdb.Insert(d.name, &stored); err != nil {
		return fmt.Errorf("insert into %s: %w", d.name, err)
	}
	return nil
}

// remove deletes a stored row, and remembers it.
func (d *Table[T]) remove(t *Txn, stored *T) error {
	d.retireRow(t, stored)
	t.atBaseline = false
	return d.erase(t, d.id(stored))
}

// erase deletes the row with an id, if there is one, and does not remember it.
func (d *Table[T]) erase(t *Txn, id string) error {
	if raw, err := t.memdb.First(d.name, primary, id); err == nil && raw != nil {
		if err := t.memdb.Delete(d.name, raw); err != nil {
			return fmt.Errorf("delete from %s: %w", d.name, err)
		}
	}
	if b := d.base(t); b != nil && b.unique[primary].find(id) != nil {
		if err := t.memdb.Insert(deletions, &deletion{deletionKey(d.name, id)}); err != nil {
			return fmt.Errorf("delete from %s: %w", d.name, err)
		}
	}
	return nil
}

// hasAny reports whether a list has any row.
func (d *Table[T]) hasAny(t *Txn, listName, scope string) bool {
	for range d.walk(t, listName, scope, newer, newer.origin()) {
		return true
	}
	return false
}

// ids returns the ids of a list's rows, oldest first.
func (d *Table[T]) ids(t *Txn, listName, scope string) []string {
	var found []string
	for stored := range d.walk(t, listName, scope, newer, newer.origin()) {
		found = append(found, d.id(stored))
	}
	return found
}

// all returns copies of a list's rows, oldest first.
func (d *Table[T]) all(t *Txn, listName, scope string) []T {
	var found []T
	for stored := range d.walk(t, listName, scope, newer, newer.origin()) {
		found = append(found, d.clone(stored))
	}
	return found
}
