// Package store keeps the emulated WorkOS resources in go-memdb: organizations, users, Connect applications,
// client secrets and API keys.
//
// It knows no HTTP, no clock and no randomness: ids, times and secrets' digests come from the caller. What it adds to
// go-memdb is what go-memdb leaves out: unique secondary indexes are enforced (see [ErrConflict]), rows are copied in
// and out, and every table can be paged by cursor in order of creation at a cost that does not grow with its size.
package store

import (
	"fmt"
	"sync"

	"github.com/hashicorp/go-memdb"
	lru "github.com/hashicorp/golang-lru/v2"
)

// Store is an in-memory database of emulated resources.
//
// All methods are safe for concurrent use. Readers work on an immutable snapshot and never wait; writers are serialized
// and their changes become visible all at once, when the transaction ends without an error.
type Store struct {
	db *memdb.MemDB
	// clock counts the inserts and deletes, those of failed transactions too. Only the write transaction, of which there is
	// one at a time, touches it.
	clock Moment

	commit sync.RWMutex // makes a snapshot and its moment one
	moment Moment       // of the last commit

	retired retiredMemory
	cursors *lru.Cache[shortHash, Cursor]
}

// New returns an empty store.
func New() *Store {
	db, err := memdb.NewMemDB(schema())
	if err != nil {
		// The schema is a constant of this package: TestSchemaIsValid fails before anything else could.
		panic(fmt.Sprintf("store: invalid schema: %v", err))
	}
	return &Store{db: db, retired: newRetiredMemory(), cursors: newMemory[Cursor](maxCursors)}
}

// Txn is a view of the store at one moment. One from [Store.View] only reads; one inside [Store.Update] also writes and
// reads its own writes. A Txn must not be shared between goroutines.
type Txn struct {
	memdb  *memdb.Txn
	store  *Store
	moment Moment // of a snapshot

	retiring map[retiring]retirement // by this transaction
	order    []retiring              // in which they were retired
}

// View returns a consistent snapshot to read from. It needs no closing.
func (s *Store) View() *Txn {
	s.commit.RLock()
	defer s.commit.RUnlock()
	return &Txn{memdb: s.db.Txn(false), store: s, moment: s.moment}
}

// Update runs change in a write transaction. The transaction is committed when change returns nil, and leaves no trace
// when it returns an error or panics. The error is returned as it is.
func (s *Store) Update(change func(*Txn) error) error {
	txn := &Txn{memdb: s.db.Txn(true), store: s}
	defer txn.memdb.Abort() // no effect after Commit
	if err := change(txn); err != nil {
		return err
	}
	s.commit.Lock()
	defer s.commit.Unlock()
	s.moment = s.clock // before the commit, which lets the next writer begin
	txn.keepRetired()
	txn.memdb.Commit()
	return nil
}

// Clear deletes every row, as before seeding anew. The newest of the deleted client ids and cursors stay
// known, and a row that comes back has its old place in the lists.
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
