// Package store keeps the emulated WorkOS resources in go-memdb: organizations, users, Connect applications,
// client secrets and API keys.
//
// It knows no HTTP, no clock and no randomness: ids, times and secrets' digests come from the caller. What it adds to
// go-memdb is what go-memdb leaves out: unique secondary indexes are enforced (see [ErrConflict]), rows are copied in
// and out, and every table can be paged by cursor in order of creation at a cost that does not grow with its size.
package store

import (
	"fmt"

	"github.com/hashicorp/go-memdb"
)

// Store is an in-memory database of emulated resources.
//
// All methods are safe for concurrent use. Readers work on an immutable snapshot and never wait; writers are serialized
// and their changes become visible all at once, when the transaction ends without an error.
type Store struct {
	db *memdb.MemDB
	// created counts the rows ever inserted, as their order of creation. Only the write transaction, of which there is
	// one at a time, touches it.
	created uint64
}

// New returns an empty store.
func New() *Store {
	db, err := memdb.NewMemDB(schema())
	if err != nil {
		// The schema is a constant of this package: TestSchemaIsValid fails before anything else could.
		panic(fmt.Sprintf("store: invalid schema: %v", err))
	}
	return &Store{db: db}
}

// Txn is a view of the store at one moment. One from [Store.View] only reads; one inside [Store.Update] also writes and
// reads its own writes. A Txn must not be shared between goroutines.
type Txn struct {
	memdb *memdb.Txn
	store *Store
}

// View returns a consistent snapshot to read from. It needs no closing.
func (s *Store) View() *Txn {
	return &Txn{memdb: s.db.Txn(false), store: s}
}

// Update runs change in a write transaction. The transaction is committed when change returns nil, and leaves no trace
// when it returns an error or panics. The error is returned as it is.
func (s *Store) Update(change func(*Txn) error) error {
	txn := &Txn{memdb: s.db.Txn(true), store: s}
	defer txn.memdb.Abort() // no effect after Commit
	if err := change(txn); err != nil {
		return err
	}
	txn.memdb.Commit()
	return nil
}

// Clear deletes every row, as before seeding anew. Deleted client ids and cursors stay known.
func (t *Txn) Clear() error {
	for _, clear := range []func() error{
		func() error { return deleteAll(t, clientSecrets) },
		func() error { return deleteAll(t, apiKeys) },
		func() error { return deleteAll(t, applications) },
		func() error { return deleteAll(t, users) },
		func() error { return deleteAll(t, organizations) },
		func() error { return deleteAll(t, environmentKeys) },
		func() error { return deleteAll(t, answers) },
	} {
		if err := clear(); err != nil {
			return err
		}
	}
	return nil
}
