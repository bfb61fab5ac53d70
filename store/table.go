package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/go-memdb"
)

// Meta is what every row has.
type Meta struct {
	ID        string
	CreatedAt time.Time
	UpdatedAt time.Time
	// Seed is the digest of the seed entry that a row came from, and empty for a row created at run time.
	Seed string
	// RandomSecret tells a seeded row whose secret was made at random, because its entry pins none.
	RandomSecret bool

	place place // given by the store
}

func (m *Meta) meta() *Meta { return m }

// seededAfter tells a row that came from the seed, and has not been there all the time since a moment.
func (m *Meta) seededAfter(at Moment) bool { return m.Seed != "" && m.place.changedSince(at) }

// row is a pointer to a table's row type. clone returns a copy that shares no memory that either side may change.
type row[T any] interface {
	*T
	meta() *Meta
	clone() T
}

// table describes one table: its unique indexes, and the lists that it can be paged by.
type table[T any] struct {
	name   string
	unique []unique[T]
	claims []claim[T]
	lists  []list[T]
	// retire names the unique indexes whose values stay known for a while after a row is gone: primary for a table with
	// pages, which also gives a row that comes back its old place.
	retire []string
}

// unique is an index in which no two rows may have the same value. A row whose value is empty is not in it.
type unique[T any] struct {
	field string
	value func(*T) string
}

// list is an index by scope and order of creation. A row that is not in any scope is not in it.
type list[T any] struct {
	name  string
	scope func(*T) (scope string, ok bool)
}

const primary = "id" // go-memdb requires this name

// tableSchema is a function and not a method for the sake of R, which a method could not name.
func tableSchema[T any, R row[T]](d table[T]) *memdb.TableSchema {
	indexes := map[string]*memdb.IndexSchema{
		primary: {Name: primary, Unique: true, Indexer: indexer[T]{func(r *T) (string, bool) { return R(r).meta().ID, true }}},
	}
	for _, u := range d.unique {
		indexes[u.field] = &memdb.IndexSchema{
			Name: u.field, Unique: true, AllowMissing: true,
			Indexer: indexer[T]{func(r *T) (string, bool) { v := u.value(r); return v, v != "" }},
		}
	}
	for _, c := range d.claims {
		indexes[c.field] = c.schema()
	}
	for _, l := range d.lists {
		// Unique for go-memdb's sake: the order of creation in the key makes it so.
		indexes[l.name] = &memdb.IndexSchema{
			Name: l.name, Unique: true, AllowMissing: true,
			Indexer: indexer[T]{func(r *T) (string, bool) {
				scope, ok := l.scope(r)
				return listKey(scope, R(r).meta().place.seq), ok
			}},
		}
	}
	return &memdb.TableSchema{Name: d.name, Indexes: indexes}
}

func (d table[T]) scopeOf(listName string) func(*T) (string, bool) {
	for _, l := range d.lists {
		if l.name == listName {
			return l.scope
		}
	}
	panic("store: " + d.name + " has no list " + listName)
}

// everything is the scope of the list by creation.
func everything[T any](*T) (string, bool) { return "", true }

// listKey sorts by scope, then by order of creation.
func listKey(scope string, seq Moment) string {
	key := make([]byte, 0, len(scope)+9)
	key = append(key, scope...)
	key = append(key, 0)
	return string(binary.BigEndian.AppendUint64(key, uint64(seq)))
}

// indexer gives go-memdb the index keys of a row without reflection.
type indexer[T any] struct {
	key func(*T) (string, bool)
}

func (i indexer[T]) FromObject(raw any) (bool, []byte, error) {
	key, ok := i.key(raw.(*T))
	return ok, []byte(key), nil
}

func (i indexer[T]) FromArgs(args ...any) ([]byte, error) {
	if len(args) != 1 {
		return nil, fmt.Errorf("want one index key, got %d", len(args))
	}
	key, ok := args[0].(string)
	if !ok {
		return nil, fmt.Errorf("want an index key of type string, got %T", args[0])
	}
	return []byte(key), nil
}

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
