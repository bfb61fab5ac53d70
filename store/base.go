package store

import (
	"maps"
	"slices"
)

// base has the rows of a table that were written many at once. It is immutable. Where a row was written or deleted since, go-memdb has the
// new row or a [deletion], which hides the row of the base.
type base[T any] struct {
	rows   []*T // in the order of creation
	unique map[string]hashIndex[T]
	lists  map[string]map[string][]uint32 // by list and scope: indexes of rows
}

// bases are the bases of the tables, by name. It is immutable.
type bases map[string]any

// base returns the table's base in a transaction, or nil.
func (d *Table[T]) base(t *Txn) *base[T] {
	b, _ := t.bases[d.name].(*base[T])
	return b
}

func (d *Table[T]) setBase(t *Txn, b *base[T]) {
	t.bases = maps.Clone(t.bases)
	if t.bases == nil {
		t.bases = bases{}
	}
	t.bases[d.name] = b
}

// newBase makes a base of rows, which are in the order of creation.
func (d *Table[T]) newBase(rows []*T) *base[T] {
	b := &base[T]{rows: rows, unique: map[string]hashIndex[T]{}, lists: map[string]map[string][]uint32{}}
	for _, u := range d.unique {
		b.unique[u.field] = newHashIndex(rows, u)
	}
	for _, l := range d.lists {
		scopes := map[string][]uint32{}
		for i, r := range rows {
			if scope, ok := l.scope(r); ok {
				scopes[scope] = append(scopes[scope], uint32(i))
			}
		}
		b.lists[l.name] = scopes
	}
	return b
}

// beyond returns the indexes of a list's rows beyond start in the order of creation, the oldest first.
func (d *Table[T]) beyond(b *base[T], listName, scope string, way direction, start Moment) []uint32 {
	listed := b.lists[listName][scope]
	at, found := slices.BinarySearchFunc(listed, start, func(i uint32, seq Moment) int {
		switch stored := d.seq(b.rows[i]); {
		case stored < seq:
			return -1
		case stored > seq:
			return 1
		}
		return 0
	})
	if way == older {
		return listed[:at]
	}
	if found {
		at++
	}
	return listed[at:]
}
