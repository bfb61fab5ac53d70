package store

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
)

// bulk is the number of changes from which a table is rewritten as a whole.
const bulk = 1000

// Metas yields the Meta of every row, oldest first. It copies no rows.
func (d *Table[T]) Metas(t *Txn) iter.Seq[Meta] {
	return func(yield func(Meta) bool) {
		for stored := range d.walk(t, byCreation, "", newer, newer.origin()) {
			if !yield(*d.meta(stored)) {
				return
			}
		}
	}
}

// Edit deletes rows by id, and writes others. It is for many rows at once, and for seeded ones. It does not delete the rows that belong to
// a deleted one, and ignores ids that no row has.
//
// A written row replaces the seeded row with the same id, and keeps its place in the order of creation and its last use. The error is a
// [ConflictError] where a row with the same id was created at run time, or where a unique value is that of a row that is neither deleted
// nor replaced.
//
// The store takes over the rows: the caller must not change what they refer to.
func (d *Table[T]) Edit(t *Txn, remove []string, rows []T) error {
	if len(remove)+len(rows) == 0 {
		return nil
	}
	t.atBaseline = false
	leaving := map[string]*T{}
	for _, id := range remove {
		leaving[id] = d.find(t, primary, id)
	}
	written := make([]*T, len(rows))
	for i := range rows {
		written[i] = &rows[i]
		id := d.id(&rows[i])
		if id == "" {
			return fmt.Errorf("write to %s: a row has no id", d.name)
		}
		before := d.find(t, primary, id)
		if before != nil {
			if d.meta(before).Seed == "" {
				return &ConflictError{Table: d.name, Field: primary, ID: id, Holder: id}
			}
			leaving[id] = before
		}
		d.takeOver(t, &rows[i], before)
	}
	if err := d.checkUnique(t, written, leaving); err != nil {
		return err
	}
	for _, id := range remove {
		if stored := leaving[id]; stored != nil {
			d.retireRow(t, stored)
		}
	}
	return d.replace(t, leaving, written, len(remove)+len(rows))
}

// takeOver gives a row the place and the last use of the row that it replaces, or those of a new row.
func (d *Table[T]) takeOver(t *Txn, r, before *T) {
	if before == nil {
		d.meta(r).place = d.placeFor(t, d.id(r))
	} else {
		d.meta(r).place = d.meta(before).place
	}
	if u, ok := any(r).(used); ok {
		if before != nil {
			*u.use() = *any(before).(used).use()
		}
		u.use().begin(t.store)
	}
}

// checkUnique returns a [ConflictError] where two of the rows have the same unique value, or one has that of a row that is not leaving.
func (d *Table[T]) checkUnique(t *Txn, rows []*T, leaving map[string]*T) error {
	for _, u := range d.unique {
		taken := make(map[string]*T, len(rows))
		for _, r := range rows {
			for value := range u.of(r) {
				holder := taken[value]
				if holder == nil {
					holder = d.find(t, u.field, value)
					if holder != nil && leaving[d.id(holder)] != nil {
						holder = nil
					}
				}
				if holder != nil && holder != r {
					return &ConflictError{Table: d.name, Field: u.field, ID: d.id(r), Holder: d.id(holder)}
				}
				taken[value] = r
			}
		}
	}
	return nil
}

// replace removes the leaving rows, by id, and writes others. changes is the number of both.
func (d *Table[T]) replace(t *Txn, leaving map[string]*T, written []*T, changes int) error {
	if changes >= bulk {
		return d.rewrite(t, written, leaving)
	}
	for id, stored := range leaving {
		if stored != nil {
			if err := d.erase(t, id); err != nil {
				return err
			}
		}
	}
	for _, r := range written {
		if err := t.memdb.Insert(d.name, r); err != nil {
			return fmt.Errorf("insert into %s: %w", d.name, err)
		}
	}
	return nil
}

// rewrite makes a new base of all rows that the table is to have.
func (d *Table[T]) rewrite(t *Txn, written []*T, leaving map[string]*T) error {
	var rows, loose []*T
	for stored := range d.walk(t, byCreation, "", newer, newer.origin()) {
		if leaving[d.id(stored)] == nil {
			rows = append(rows, stored)
		}
	}
	rows = append(rows, written...)
	bySeq := func(a, b *T) int { return cmp.Compare(d.seq(a), d.seq(b)) }
	if !slices.IsSortedFunc(rows, bySeq) {
		slices.SortFunc(rows, bySeq)
	}
	for stored := range rowsOf[T](t, d.name, "") {
		loose = append(loose, stored)
	}
	for _, stored := range loose {
		if err := t.memdb.Delete(d.name, stored); err != nil {
			return fmt.Errorf("delete from %s: %w", d.name, err)
		}
	}
	for _, id := range t.deleted(d.name) {
		if err := t.memdb.Delete(deletions, &deletion{deletionKey(d.name, id)}); err != nil {
			return fmt.Errorf("delete from %s: %w", deletions, err)
		}
	}
	d.setBase(t, d.newBase(rows))
	return nil
}

// rowsOf yields the rows of a table in go-memdb, from an id on.
func rowsOf[T any](t *Txn, table, from string) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		rows, err := t.memdb.LowerBound(table, primary, from)
		if err != nil {
			panic(fmt.Sprintf("store: %s: %v", table, err)) // a table that the schema lacks
		}
		for raw := rows.Next(); raw != nil; raw = rows.Next() {
			if !yield(raw.(*T)) {
				return
			}
		}
	}
}
