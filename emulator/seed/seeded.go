package seed

import "github.com/caddy-workos/caddy-workos/store"

// seeded is an entry of the file as the store is to hold it. The row's Meta has the id, and a digest of the entry that tells
// whether it has changed from one file to the next.
type seeded[T any] struct {
	path *path
	row  T
}

// newSeeded makes an entry of a row. Without a pinned secret, the row lacks its own.
func newSeeded[T any](t table[T], id string, p *path, row T, randomSecret bool) seeded[T] {
	*t.Meta(&row) = store.Meta{}
	*t.Meta(&row) = store.Meta{ID: id, Seed: digest(row), RandomSecret: randomSecret}
	return seeded[T]{path: p, row: row}
}
