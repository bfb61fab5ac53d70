package seed

// seeded is an entry of the file as the store is to hold it.
type seeded[T any] struct {
	id string
	// digest tells whether the entry has changed from one file to the next, and becomes the row's Meta.Seed.
	digest string
	path   *path
	row    T
	random bool // the row still lacks its secret, because the file pins none
}

func newSeeded[T any](id string, p *path, row T) seeded[T] {
	return seeded[T]{id: id, digest: digest(row), path: p, row: row}
}
