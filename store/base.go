package store

import (
	"hash/maphash"
	"maps"
	"slices"
)

// base holds the rows of a table that were written many at once. It does not change: a row that has been written or deleted
// since is hidden by the row or the deletion that go-memdb has.
type base[T any] struct {
	rows   []*T // in the order of creation
	unique map[string]hashIndex[T]
	lists  map[string]map[string][]uint32 // by list and scope: places in rows
}

// bases are the bases of the tables, by name. They do not change.
type bases map[string]any

func baseOf[T any](t *Txn, d table[T]) *base[T] {
	b, _ := t.bases[d.name].(*base[T])
	return b
}

func setBase[T any](t *Txn, d table[T], b *base[T]) {
	t.bases = maps.Clone(t.bases)
	if t.bases == nil {
		t.bases = bases{}
	}
	t.bases[d.name] = b
}

// newBase makes a base of rows, which are in the order of creation.
func newBase[T any, R row[T]](d table[T], rows []*T) *base[T] {
	b := &base[T]{rows: rows, unique: map[string]hashIndex[T]{}, lists: map[string]map[string][]uint32{}}
	b.unique[primary] = newHashIndex(rows, func(r *T) string { return R(r).meta().ID })
	for _, u := range d.unique {
		b.unique[u.field] = newHashIndex(rows, u.value)
	}
	for _, c := range d.claims {
		b.unique[c.field] = newClaimHashIndex(rows, c.values)
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

// beyond returns the places of a list's rows beyond a place in the order of creation, which is left out, the oldest first.
func beyond[T any, R row[T]](b *base[T], listName, scope string, way direction, start Moment) []uint32 {
	places := b.lists[listName][scope]
	at, found := slices.BinarySearchFunc(places, start, func(place uint32, seq Moment) int {
		switch stored := R(b.rows[place]).meta().place.seq; {
		case stored < seq:
			return -1
		case stored > seq:
			return 1
		}
		return 0
	})
	if way == older {
		return places[:at]
	}
	if found {
		at++
	}
	return places[at:]
}

// hashIndex finds rows by a unique value. It holds places in rows, plus one, each at or next behind the slot of its hash.
type hashIndex[T any] struct {
	rows  []*T
	holds func(r *T, value string) bool
	slots []uint32
}

var hashSeed = maphash.MakeSeed()

// newHashIndex makes an index of which each row has one value, which is not in it if it is empty.
func newHashIndex[T any](rows []*T, value func(*T) string) hashIndex[T] {
	h := hashIndexOf(rows, len(rows), func(r *T, v string) bool { return value(r) == v })
	for i, r := range rows {
		if v := value(r); v != "" {
			h.add(v, i)
		}
	}
	return h
}

// newClaimHashIndex makes an index of which a row may have several values.
func newClaimHashIndex[T any](rows []*T, values func(*T) []string) hashIndex[T] {
	count := 0
	for _, r := range rows {
		count += len(values(r))
	}
	h := hashIndexOf(rows, count, func(r *T, v string) bool { return slices.Contains(values(r), v) })
	for i, r := range rows {
		for _, v := range values(r) {
			h.add(v, i)
		}
	}
	return h
}

func hashIndexOf[T any](rows []*T, values int, holds func(*T, string) bool) hashIndex[T] {
	size := 1
	for size < 2*values {
		size *= 2
	}
	return hashIndex[T]{rows, holds, make([]uint32, size)}
}

func (h hashIndex[T]) add(value string, place int) {
	slot := h.slot(value)
	for h.slots[slot] != 0 {
		slot = h.next(slot)
	}
	h.slots[slot] = uint32(place) + 1
}

func (h hashIndex[T]) slot(value string) int {
	return int(maphash.String(hashSeed, value) & uint64(len(h.slots)-1))
}

func (h hashIndex[T]) next(slot int) int { return (slot + 1) & (len(h.slots) - 1) }

func (h hashIndex[T]) find(value string) *T {
	if len(h.slots) < 2 { // with a value, there is a slot more
		return nil
	}
	for slot := h.slot(value); h.slots[slot] != 0; slot = h.next(slot) {
		if r := h.rows[h.slots[slot]-1]; h.holds(r, value) {
			return r
		}
	}
	return nil
}
