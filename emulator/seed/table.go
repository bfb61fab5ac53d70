package seed

import (
	"io"
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

// table is how one of the store's tables is seeded. Its functions may be left out.
type table[R any] struct {
	*store.Table[R]
	// begin gives a row that is written at a moment what depends on it.
	begin func(row *R, now time.Time)
	// keep gives the row of a changed entry what no entry has, and the row before has.
	keep func(row *R, before R)
	// makeSecret makes the secret of a row with RandomSecret, and shareSecret gives it that of another row. Both are there,
	// or neither.
	makeSecret  func(row *R, random io.Reader) error
	shareSecret func(row *R, from R)
	// owners returns the rows that a row belongs to: see [tableDifference.settle].
	owners func(*R) []ownerRow
	// follow is called before the store is changed. It changes what has to change in other tables with this one.
	follow func(tx *store.Txn, change *tableDifference[R], all differences, now time.Time) error
}

// seal gives a row the Meta of a seeded row: its id, and a digest that tells whether the entry has changed from one file to
// the next.
func (t *table[R]) seal(row *R) {
	meta := t.Meta(row)
	id, random := meta.ID, meta.RandomSecret
	*meta = store.Meta{}
	*meta = store.Meta{ID: id, Seed: digest(*row), RandomSecret: random}
}
