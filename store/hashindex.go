package store

import "hash/maphash"

// hashIndex finds the rows of a [base] by a unique value. It is a hash table with linear probing: each slot has the index of a row plus
// one, or 0.
type hashIndex[T any] struct {
	rows   []*T
	unique unique[T]
	slots  []uint32
}

var hashSeed = maphash.MakeSeed()

func newHashIndex[T any](rows []*T, u unique[T]) hashIndex[T] {
	values := len(rows)
	if u.values != nil {
		values = 0
		for _, r := range rows {
			values += len(u.values(r))
		}
	}
	size := 1
	for size < 2*values {
		size *= 2
	}
	h := hashIndex[T]{rows, u, make([]uint32, size)}
	for i, r := range rows {
		for v := range u.of(r) {
			h.add(v, i)
		}
	}
	return h
}

func (h hashIndex[T]) add(value string, i int) {
	slot := h.slot(value)
	for h.slots[slot] != 0 {
		slot = h.next(slot)
	}
	h.slots[slot] = uint32(i) + 1
}

func (h hashIndex[T]) slot(value string) int {
	return int(maphash.String(hashSeed, value) & uint64(len(h.slots)-1))
}

func (h hashIndex[T]) next(slot int) int { return (slot + 1) & (len(h.slots) - 1) }

func (h hashIndex[T]) find(value string) *T {
	if len(h.slots) < 2 { // an index with a value has at least two slots
		return nil
	}
	for slot := h.slot(value); h.slots[slot] != 0; slot = h.next(slot) {
		if r := h.rows[h.slots[slot]-1]; h.unique.has(r, value) {
			return r
		}
	}
	return nil
}
