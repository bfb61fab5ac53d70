package store

import (
	"crypto/sha256"

	lru "github.com/hashicorp/golang-lru/v2"
)

// maxRetired is how many deleted rows each index remembers: the newest ones. They take about a megabyte for each index.
const maxRetired = 8192

// retirement is what is remembered of a deleted row, by its id and client id. By the id, a cursor stays valid while a caller deletes what it
// lists, and a row that is inserted again gets its old place. By the client id, a deleted client is still recognised as local.
type retirement struct {
	place place
	gone  Moment
}

// shortHash is the first 16 bytes of the SHA-256 of a value. What is remembered is stored by it.
type shortHash [16]byte

func shortHashOf(value string) shortHash {
	sum := sha256.Sum256([]byte(value))
	return shortHash(sum[:16])
}

// retiredIndex names a unique index whose values are remembered after a deletion.
type retiredIndex struct{ table, field string }

// retiredMemory is what a store remembers of deleted rows. It is not part of a snapshot: look for a value among the rows of the snapshot
// first.
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

// retireRow remembers a row that is about to be deleted.
func (d *Table[T]) retireRow(t *Txn, stored *T) {
	gone := retirement{place: d.meta(stored).place, gone: t.tick()}
	for _, field := range d.retire {
		for value := range d.uniqueIndex(field).of(stored) {
			t.retire(d.name, field, value, gone)
		}
	}
}

// retire remembers a value. It does nothing in a transaction on the baseline, whose rows no reader sees: see [Txn.Follow].
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

// retired returns what is remembered of a deleted row, also of one that this transaction has deleted.
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

// publishRetired adds what the transaction has retired to the memory of the store.
func (t *Txn) publishRetired() {
	for _, key := range t.order {
		t.store.retired[key.index].Add(key.value, t.retiring[key])
	}
}
