package store

import (
	"errors"
	"fmt"
)

// find returns the stored row itself, for this package to read and never to hand out.
func find[T any, R row[T]](t *Txn, d table[T], index, key string) *T {
	if key == "" {
		return nil
	}
	if raw, err := t.memdb.First(d.name, index, key); err == nil && raw != nil {
		return raw.(*T)
	}
	b := baseOf(t, d)
	if b == nil {
		return nil
	}
	stored := b.unique[index].find(key)
	if stored == nil || t.hidden(d.name, R(stored).meta().ID) {
		return nil
	}
	return stored
}

func get[T any, R row[T]](t *Txn, d table[T], index, key string) (T, bool) {
	stored := find[T, R](t, d, index, key)
	if stored == nil {
		var none T
		return none, false
	}
	return R(stored).clone(), true
}

func insert[T any, R row[T]](t *Txn, d table[T], r T) error {
	if R(&r).meta().ID == "" {
		return fmt.Errorf("insert into %s: the row has no id", d.name)
	}
	if find[T, R](t, d, primary, R(&r).meta().ID) != nil {
		id := R(&r).meta().ID
		return &ConflictError{Table: d.name, Field: primary, ID: id, Holder: id}
	}
	R(&r).meta().place = placeFor[T, R](t, d, R(&r).meta().ID)
	return put[T, R](t, d, r)
}

// placeFor is the place of a new row, which is its old one if it comes back, and in the baseline that of the visible row.
func placeFor[T any, R row[T]](t *Txn, d table[T], id string) place {
	now := t.tick()
	if t.visible != nil {
		t = t.visible
		if stored := find[T, R](t, d, primary, id); stored != nil {
			return R(stored).meta().place
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
		return r.place, true // no snapshot has it gone
	}
	r, ok := t.retired(table, primary, id)
	return place{seq: r.place.seq, born: r.place.born, gone: r.gone, back: now}, ok
}

// tick counts an insert or a delete.
func (t *Txn) tick() Moment {
	t.store.clock++
	return t.store.clock
}

func update[T any, R row[T]](t *Txn, d table[T], id string, change func(R) error) (T, error) {
	var none T
	changed, ok := get[T, R](t, d, primary, id)
	if !ok {
		return none, ErrNotFound
	}
	place := R(&changed).meta().place
	if err := change(&changed); err != nil {
		return none, err
	}
	R(&changed).meta().ID, R(&changed).meta().place = id, place
	if err := put[T, R](t, d, changed); err != nil {
		return none, err
	}
	return R(&changed).clone(), nil
}

// put writes a copy of r, after checking what go-memdb does not: a unique value that another row holds.
func put[T any, R row[T]](t *Txn, d table[T], r T) error {
	stored := R(&r).clone()
	id := R(&stored).meta().ID
	for _, u := range d.unique {
		if holder := find[T, R](t, d, u.field, u.value(&stored)); holder != nil && R(holder).meta().ID != id {
			return &ConflictError{Table: d.name, Field: u.field, ID: id, Holder: R(holder).meta().ID}
		}
	}
	for _, c := range d.claims {
		for _, value := range c.values(&stored) {
			if holder := find[T, R](t, d, c.field, value); holder != nil && R(holder).meta().ID != id {
				return &ConflictError{Table: d.name, Field: c.field, ID: id, Holder: R(holder).meta().ID}
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

func remove[T any, R row[T]](t *Txn, d table[T], id string) error {
	stored := find[T, R](t, d, primary, id)
	if stored == nil {
		return ErrNotFound
	}
	retireRow[T, R](t, d, stored)
	t.atBaseline = false
	return erase[T, R](t, d, id)
}

// retireRow remembers what is to be remembered of a row that is about to go.
func retireRow[T any, R row[T]](t *Txn, d table[T], stored *T) {
	gone := retirement{place: R(stored).meta().place, gone: t.tick()}
	for _, field := range d.retire {
		if value := d.valueOf(field, stored, R(stored).meta().ID); value != "" {
			t.retire(d.name, field, value, gone)
		}
	}
}

// erase takes a row out, if it is there.
func erase[T any, R row[T]](t *Txn, d table[T], id string) error {
	if raw, err := t.memdb.First(d.name, primary, id); err == nil && raw != nil {
		if err := t.memdb.Delete(d.name, raw); err != nil {
			return fmt.Errorf("delete from %s: %w", d.name, err)
		}
	}
	if b := baseOf(t, d); b != nil && b.unique[primary].find(id) != nil {
		if err := t.memdb.Insert(deletions, &deletion{deletionKey(d.name, id)}); err != nil {
			return fmt.Errorf("delete from %s: %w", d.name, err)
		}
	}
	return nil
}

// valueOf returns a row's value in a unique index.
func (d table[T]) valueOf(field string, stored *T, id string) string {
	if field == primary {
		return id
	}
	for _, u := range d.unique {
		if u.field == field {
			return u.value(stored)
		}
	}
	panic("store: " + d.name + " has no unique index " + field)
}

func deleteAll[T any, R row[T]](t *Txn, d table[T]) error {
	for _, id := range ids[T, R](t, d, byCreation, "") {
		if err := remove[T, R](t, d, id); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	return nil
}

// holds tells whether a list has any row.
func holds[T any, R row[T]](t *Txn, d table[T], listName, scope string) bool {
	for range walk[T, R](t, d, listName, scope, newer, newer.origin()) {
		return true
	}
	return false
}

// ids returns the ids of a list's rows, oldest first.
func ids[T any, R row[T]](t *Txn, d table[T], listName, scope string) []string {
	var found []string
	for stored := range walk[T, R](t, d, listName, scope, newer, newer.origin()) {
		found = append(found, R(stored).meta().ID)
	}
	return found
}

// all returns copies of a list's rows, oldest first.
func all[T any, R row[T]](t *Txn, d table[T], listName, scope string) []T {
	var found []T
	for stored := range walk[T, R](t, d, listName, scope, newer, newer.origin()) {
		found = append(found, R(stored).clone())
	}
	return found
}
