package store

import "time"

// Meta has the fields that every row has.
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

// seededAfter reports whether the row came from the seed, and was inserted or deleted after a moment.
func (m *Meta) seededAfter(at Moment) bool { return m.Seed != "" && m.place.changedSince(at) }

// row is a pointer to a table's row type. clone returns a deep copy.
type row[T any] interface {
	*T
	meta() *Meta
	clone() T
}

// Table is one table of every [Store]. Its methods work on the rows that a transaction sees. Methods that write need a transaction of
// [Store.Update], and return [ErrConflict] and [ErrNotFound].
//
// Rows are copied in and out, so a caller may change its copies. Only [Table.Edit] takes over the rows that it is passed. Unique indexes
// are checked inside the write transaction, of which there is one at a time, so no two rows ever have the same unique value. A transaction
// that reads works on a snapshot, and never waits.
type Table[T any] struct {
	name   string
	unique []unique[T] // the id first
	lists  []list[T]   // the list of all rows first
	// retire names the unique indexes whose values are remembered after a row was deleted: primary for a table with pages. It also gives a
	// row that is inserted again its old place.
	retire []string
	// cascade has the rows of other tables that belong to a row, and are deleted with it: see [Table.of].
	cascade []cascade

	// Methods of the row type, set by newTable.
	meta  func(*T) *Meta
	clone func(*T) T
}

// cascade has the rows of one table that belong to the row with an id, which may live elsewhere.
type cascade struct {
	delete func(t *Txn, id string) error
	hasAny func(t *Txn, id string) bool
}

// of returns the cascade of the rows of this table in one scope of a list. The scope is the id of the owner.
func (d *Table[T]) of(listName string) cascade {
	return cascade{
		delete: func(t *Txn, id string) error { return d.deleteAll(t, d.ids(t, listName, id)) },
		hasAny: func(t *Txn, id string) bool { return d.hasAny(t, listName, id) },
	}
}

// Meta returns the Meta of a row.
func (d *Table[T]) Meta(r *T) *Meta { return d.meta(r) }

func (d *Table[T]) id(r *T) string { return d.meta(r).ID }

func (d *Table[T]) seq(r *T) Moment { return d.meta(r).place.seq }
