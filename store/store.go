// Package store stores the emulated WorkOS resources in go-memdb: organizations, users, Connect applications,
// client secrets and API keys.
//
// It knows no HTTP, no clock and no randomness: ids, times and secrets' digests come from the caller. What it adds to
// go-memdb is what go-memdb leaves out: unique secondary indexes are enforced (see [ErrConflict]), rows are copied in
// and out, and every table can be paged by cursor in order of creation at a cost that does not grow with its size. Many
// rows that are written at once are stored in arrays below go-memdb, which would take ten times the memory and time.
//
// Each kind of row has a [Table], such as [Organizations], whose methods read and write it in a transaction: see
// [Store.View] and [Store.Update]. Look-ups of one table only are methods of [Txn].
package store

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/go-memdb"
	lru "github.com/hashicorp/golang-lru/v2"
)

// Store is an in-memory database of emulated resources.
//
// All methods are safe for concurrent use. Readers work on an immutable snapshot and never wait; writers are serialized
// and their changes become visible all at once, when the transaction ends without an error.
type Store struct {
	current atomic.Pointer[state]
	// resets counts the resets: what is known of the use of credentials does not outlive one.
	resets atomic.Uint64

	retired retiredMemory
	cursors *lru.Cache[shortHash, Cursor]

	writer sync.Mutex
	// Only the write transaction, of which there is one at a time, touches these.
	clock      Moment // counts the inserts and deletes, those of failed transactions too
	baseline   *state // what Reset goes back to
	atBaseline bool   // nothing but the baseline has been written
}

// state is the content of a store at one moment. It does not change.
type state struct {
	memdb  *memdb.MemDB
	bases  bases
	moment Moment
}

// New returns an empty store.
func New() *Store {
	db, err := memdb.NewMemDB(schema())
	if err != nil {
		// The tables are variables of this package: TestSchemaIsValid fails before anything else could.
		panic(fmt.Sprintf("store: invalid schema: %v", err))
	}
	empty := &state{memdb: db}
	s := &Store{retired: newRetiredMemory(), cursors: newMemory[Cursor](maxCursors), baseline: empty, atBaseline: true}
	s.current.Store(empty)
	return s
}

// Txn is a view of the store at one moment. One from [Store.View] only reads; one inside [Store.Update] also writes and
// reads its own writes. A Txn must not be shared between goroutines.
type Txn struct {
	memdb  *memdb.Txn
	bases  bases
	store  *Store
	moment Moment // of a snapshot

	db         *memdb.MemDB // that memdb commits to
	baseline   *Txn         // nil while the transaction does not change the baseline
	visible    *Txn         // of a transaction on the baseline: the one that it is committed with
	atBaseline bool
	reset      bool

	retiring map[retiring]retirement // by this transaction
	order    []retiring              // in which they were retired
}

// View returns a consistent snapshot to read from. It needs no closing.
func (s *Store) View() *Txn {
	current := s.current.Load()
	return &Txn{memdb: current.memdb.Txn(false), bases: current.bases, store: s, moment: current.moment}
}

// Update runs change in a write transaction. The transaction is committed when change returns nil, and leaves no trace
// when it returns an error or panics. The error is returned as it is.
func (s *Store) Update(change func(*Txn) error) error {
	s.writer.Lock()
	defer s.writer.Unlock()
	t := s.begin(s.current.Load())
	t.atBaseline = s.atBaseline
	if err := change(t); err != nil {
		return err
	}
	if t.baseline != nil {
		s.baseline = t.baseline.commit()
	}
	s.atBaseline = t.atBaseline
	if t.reset {
		s.resets.Add(1)
	}
	t.publishRetired() // before the rows are gone, so that every reader finds one or the other
	s.current.Store(t.commit())
	return nil
}

// begin starts a write transaction on a copy of a state.
func (s *Store) begin(from *state) *Txn {
	db := from.memdb.Snapshot()
	return &Txn{memdb: db.Txn(true), bases: from.bases, store: s, db: db}
}

// commit ends a write transaction, and may be called again.
func (t *Txn) commit() *state {
	t.memdb.Commit()
	return &state{t.db, t.bases, t.store.clock}
}
