package store

import "github.com/hashicorp/go-memdb"

// claim is an index of which a row may have several values, such as the domains of an organization. No two rows may have the
// same one, and a row may have none.
type claim[T any] struct {
	field  string
	values func(*T) []string
}

func (c claim[T]) schema() *memdb.IndexSchema {
	return &memdb.IndexSchema{Name: c.field, Unique: true, AllowMissing: true, Indexer: claimIndexer[T]{c.values}}
}

// claimIndexer gives go-memdb the index keys of a row without reflection.
type claimIndexer[T any] struct {
	values func(*T) []string
}

func (i claimIndexer[T]) FromObject(raw any) (bool, [][]byte, error) {
	values := i.values(raw.(*T))
	keys := make([][]byte, len(values))
	for n, value := range values {
		keys[n] = []byte(value)
	}
	return len(keys) > 0, keys, nil
}

func (i claimIndexer[T]) FromArgs(args ...any) ([]byte, error) { return indexer[T]{}.FromArgs(args...) }
