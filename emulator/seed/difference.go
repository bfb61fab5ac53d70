package seed

import (
	"errors"
	"fmt"
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

// difference is what has to happen to one table to get from what was seeded before to a seed.
type difference[T any] struct {
	table[T]
	removed []string
	written []seeded[T]           // those that are new or have changed, in the order of the file
	same    []seeded[T]           // those that have not changed
	before  map[string]store.Meta // of what was seeded before, by id
}

// differ compares a seed with the baseline of a store, which holds what was seeded before.
func differ[T any](t table[T], baseline *store.Txn, next []seeded[T]) *difference[T] {
	d := &difference[T]{table: t, before: map[string]store.Meta{}}
	var ids []string
	for before := range t.Metas(baseline) {
		d.before[before.ID] = before
		ids = append(ids, before.ID)
	}
	if len(ids) == 0 { // as at the start
		d.written = next
		return d
	}
	kept := make(map[string]bool, len(next))
	for i, entry := range next {
		meta := t.Meta(&next[i].row)
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

// changes counts the rows.
func (d *difference[T]) changes() Changes {
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

// apply changes the table. secret makes the secret of a row that has none.
func (d *difference[T]) apply(tx *store.Txn, now time.Time, secret func(*T) error) error {
	rows := make([]T, len(d.written))
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
func (d *difference[T]) complete(tx *store.Txn, row *T, now time.Time, secret func(*T) error) error {
	meta := d.Meta(row)
	meta.CreatedAt, meta.UpdatedAt = now, now
	if before, ok := d.before[meta.ID]; ok {
		if stored, ok := d.Get(tx, meta.ID); ok {
			return d.succeed(row, stored, before.RandomSecret, secret)
		}
	}
	if meta.RandomSecret {
		return secret(row)
	}
	return nil
}

// succeed gives the row of an entry what the row before it has.
func (d *difference[T]) succeed(row *T, stored T, randomSecret bool, secret func(*T) error) error {
	meta := d.Meta(row)
	meta.CreatedAt = d.Meta(&stored).CreatedAt
	if d.keep != nil {
		d.keep(row, stored)
	}
	switch {
	case !meta.RandomSecret:
		return nil
	case randomSecret:
		d.share(row, stored)
		return nil
	}
	return secret(row)
}
