package store

import (
	"crypto/sha256"

	lru "github.com/hashicorp/golang-lru/v2"
)

// maxRetired is how many deleted rows each index remembers: the newest. It bounds what create and delete cycles leave
// behind, to about a megabyte an index.
const maxRetired = 8192

// retirement is what stays known of a deleted row: its id, so that a cursor stays good while a caller deletes what it
// lists, and so that a row which comes back has its old place; and its client id, so that a deleted client is still
// recognised as a local one.
type retirement struct {
	place place
	gone  Moment
}

// shortHash stands for a value in a memory: 16 bytes of its SHA-256.
type shortHash [16]byte

func shortHashOf(value string) shortHash {
	sum := sha256.Sum256([]byte(value))
	return shortHash(sum[:16])
}

// retiredIndex names an index whose values stay known.
type retiredIndex struct{ table, field string }

// retiredMemory is what a store remembers of deleted rows. It is not part of a snapshot: look for a value among
// the rows of the snapshot first.
type retiredMemory map[retiredIndex]*lru.Cache[shortHash, retirement]

func newRetiredMemory() retiredMemory {
	m := retiredMemory{}
	for _, table := range tables {
		for _, index := range table.retiredIndexes() {
			m[index] = newMemory[retirement](maxRetired)
		}
	}
	return m
}

func (d *Table[T]) retiredIndexes() []retiredIndex {
	var found []retiredIndex
	for _, field := range d.retire {
		found = append(found, retiredIndex{d.name, field})
	}
	return found
}

func newMemory[Value any](size int) *lru.Cache[shortHash, Value] {
	memory, err := lru.New[shortHash, Value](size)
	if err != nil {
		panic("store: " + err.Error()) // the size is a positive constant
	}
	return memory
}

// retiring is a value that a transaction retires when it is committed.
type retiring struct {
	index retiredIndex
	value shortHash
}

// retireRow remembers what is to be remembered of a row that is about to go.
func (d *Table[T]) retireRow(t *Txn, stored *T) {
	gone := retirement{place: d.meta(stored).place, gone: t.tick()}
	for _, field := range d.retire {
		for value := range d.uniqueIndex(field).of(stored) {
			t.retire(d.name, field, value, gone)
		}
	}
}

// retire does nothing in the baseline, whose rows no reader sees: see [Txn.Follow].
func (t *Txn) retire(table, field, value string, r retirement) {
	if t.visible != nil {
		return
	}
	if t.retiring == nil {
		t.retiring = map[retiring]retirement{}
	}
	key := retiring{retiredIndex{table, field}, shortHashOf(value)}
	if _, again := t.retiring[key]; !again {
		t.order = append(t.order, key)
	}
	t.retiring[key] = r
}

// retired returns what is known of a deleted row, of which this transaction may have deleted it.
func (t *Txn) retired(table, field, value string) (retirement, bool) {
	index, hash := retiredIndex{table, field}, shortHashOf(value)
	if r, ok := t.retiring[retiring{index, hash}]; ok {
		return r, true
	}
	memory := t.store.retired[index]
	if memory == nil {
		return retirement{}, false
	}
	return memory.Peek(hash)
}

// publishRetired makes what the transaction retired known to all.
func (t *Txn) publishRetired() {
	for _, key := range t.order {
		t.store.retired[key.index].Add(key.value, t.retiring[key])
	}
}
