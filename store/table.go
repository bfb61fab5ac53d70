package store

import "time"

// Meta is what every row has.
type Meta struct {
	ID        string
	CreatedAt time.Time
	UpdatedAt time.Time
	// Seed is the digest of the seed entry that a row came from, and empty for a row created at run time.
	Seed string
	// RandomSecret marks a seeded row whose secret was made at random, because its entry pins none.
	RandomSecret bool

	place place // given by the store
}

func (m *Meta) meta() *Meta { return m }

// seededAfter reports whether the row came from the seed, and has not been there all the time since a moment.
func (m *Meta) seededAfter(at Moment) bool { return m.Seed != "" && m.place.changedSince(at) }

// row is a pointer to a table's row type. clone returns a copy that shares no memory that either side may change.
type row[T any] interface {
	*T
	meta() *Meta
	clone() T
}

// Table is one table of every [Store]. Its methods work on the rows that a transaction sees. Those that write are for a
// transaction of [Store.Update], and return [ErrConflict] and [ErrNotFound].
//
// Rows are copied in and copied out, so a caller may change what it has passed or been given; only [Table.Edit] takes over
// the rows that it is passed. Unique indexes are checked inside the write transaction, of which there is one at a time: no
// two rows ever have the same unique value. A transaction that reads works on a snapshot, and never waits.
type Table[T any] struct {
	name   string
	unique []unique[T] // the id first
	lists  []list[T]   // that of all rows first
	// retire names the unique indexes whose values stay known for a while after a row is gone: primary for a table with
	// pages, which also gives a row that comes back its old place.
	retire []string
	// cascade deletes the rows of other tables that belong to a row: see [Table.of].
	cascade []cascade

	// Of the row type, set by newTable.
	meta  func(*T) *Meta
	clone func(*T) T
}

// cascade deletes the rows that belong to the row with an id.
type cascade func(t *Txn, id string) error

// of is a cascade to this table: to the rows in the scope of a list that is named after the owner's id.
func (d *Table[T]) of(listName string) cascade {
	return func(t *Txn, id string) error { return d.deleteAll(t, d.ids(t, listName, id)) }
}

// Meta is what the row has in common with the rows of all tables.
func (d *Table[T]) Meta(r *T) *Meta { return d.meta(r) }

func (d *Table[T]) id(r *T) string { return d.meta(r).ID }

func (d *Table[T]) seq(r *T) Moment { return d.meta(r).place.seq }
