package seed

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

// difference is a [tableDifference], whatever the type of its rows.
type difference interface {
	changes() Changes
	applyToBaseline(baseline *store.Txn, now time.Time, random io.Reader) error
	settle(tx *store.Txn, arriving arrivals)
	follow(tx *store.Txn, all differences, now time.Time) error
	applyToStore(tx *store.Txn, now time.Time) error
}

// tableDifference is what has to happen to one table to get from what was seeded before to a seed.
type tableDifference[R any] struct {
	*table[R]
	removed []string
	written []seeded[R]           // those that are new or have changed, in the order of the file
	same    []seeded[R]           // those that have not changed
	before  map[string]store.Meta // of what was seeded before, by id
}

// compare compares the rows of a seed with the baseline of a store, which holds what was seeded before.
func (k *kindOf[E, R]) compare(s *Seed, baseline *store.Txn) difference {
	next := k.of(s)
	d := &tableDifference[R]{table: k.table, before: map[string]store.Meta{}}
	var ids []string
	for before := range d.Metas(baseline) {
		d.before[before.ID] = before
		ids = append(ids, before.ID)
	}
	if len(ids) == 0 { // as at the start
		d.written = next
		return d
	}
	kept := make(map[string]bool, len(next))
	for i, entry := range next {
		meta := d.Meta(&next[i].row)
		kept[meta.ID] = true
		if before, ok := d.before[meta.ID]; ok && before.Seed == meta.Seed {
			d.same = append(d.same, entry)
		} else {
			d.written = append(d.written, entry)
		}
	}
	for _, id := range ids {
		if !kept[id] {
			d.removed = append(d.removed, id)
		}
	}
	return d
}

// differenceOf returns the difference of the table of a type of rows: an empty one, where the seed's format has no such kind.
func differenceOf[R any](all differences) *tableDifference[R] {
	for _, d := range all {
		if d, ok := d.(*tableDifference[R]); ok {
			return d
		}
	}
	return &tableDifference[R]{}
}

// changes counts the rows.
func (d *tableDifference[R]) changes() Changes {
	c := Changes{Removed: len(d.removed)}
	for i := range d.written {
		if _, ok := d.before[d.Meta(&d.written[i].row).ID]; ok {
			c.Changed++
		} else {
			c.Added++
		}
	}
	return c
}

// applyToBaseline makes the secrets that no file pins.
func (d *tableDifference[R]) applyToBaseline(baseline *store.Txn, now time.Time, random io.Reader) error {
	return d.apply(baseline, now, func(row *R) error { return d.makeSecret(row, random) })
}

// follow adds what has to change in other tables with this one.
func (d *tableDifference[R]) follow(tx *store.Txn, all differences, now time.Time) error {
	if d.table.follow == nil {
		return nil
	}
	return d.table.follow(tx, d, all, now)
}

// applyToStore comes after applyToBaseline, and gives rows the secrets that they have in the baseline.
func (d *tableDifference[R]) applyToStore(tx *store.Txn, now time.Time) error {
	baseline := tx.Baseline()
	return d.apply(tx, now, func(row *R) error {
		id := d.Meta(row).ID
		from, ok := d.Get(baseline, id)
		if !ok {
			return fmt.Errorf("%s is not in the baseline", id)
		}
		d.shareSecret(row, from)
		return nil
	})
}

// apply changes the table. secret gives a secret to a row that has none.
func (d *tableDifference[R]) apply(tx *store.Txn, now time.Time, secret func(*R) error) error {
	rows := make([]R, len(d.written))
	for i := range d.written {
		rows[i] = d.written[i].row
		if err := d.complete(tx, &rows[i], now, secret); err != nil {
			return err
		}
	}
	err := d.Edit(tx, d.removed, rows)
	var conflict *store.ConflictError
	if errors.As(err, &conflict) {
		for i := range d.written {
			if d.Meta(&d.written[i].row).ID == conflict.ID {
				return fmt.Errorf("%s: %w", d.written[i].path, err)
			}
		}
	}
	return err
}

// complete gives the row of an entry what no file has. One that the API has deleted comes back as if it were new, because
// its entry has changed since.
func (d *tableDifference[R]) complete(tx *store.Txn, row *R, now time.Time, secret func(*R) error) error {
	meta := d.Meta(row)
	meta.CreatedAt, meta.UpdatedAt = now, now
	if d.begin != nil {
		d.begin(row, now)
	}
	if before, ok := d.before[meta.ID]; ok {
		if stored, ok := d.Get(tx, meta.ID); ok {
			return d.replace(row, stored, before.RandomSecret, secret)
		}
	}
	if meta.RandomSecret {
		return secret(row)
	}
	return nil
}

// replace gives the row of an entry what the row before it has.
func (d *tableDifference[R]) replace(row *R, stored R, randomSecret bool, secret func(*R) error) error {
	meta := d.Meta(row)
	meta.CreatedAt = d.Meta(&stored).CreatedAt
	if d.keep != nil {
		d.keep(row, stored)
	}
	switch {
	case !meta.RandomSecret:
		return nil
	case randomSecret:
		d.shareSecret(row, stored)
		return nil
	}
	return secret(row)
}
