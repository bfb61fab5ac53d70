// Package store stores the emulated WorkOS resources in memory, in go-memdb.
//
// Each kind of row has a [Table], such as [Organizations]. Its methods read and write rows in a transaction: see [Store.View] and
// [Store.Update]. Look-ups that only one table has are methods of [Txn]. Ids, times and the digests of secrets come from the caller: the
// store has no clock, no randomness and no HTTP.
//
// It adds to go-memdb: unique indexes are enforced (see [ErrConflict]), rows are copied in and out, and every table has pages in the order
// of creation at a cost that does not grow with its size. Many rows that are written at once are stored in arrays beside go-memdb, which
// would take ten times the memory and time.
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
// All methods are safe for concurrent use. Readers work on an immutable snapshot and never wait. Writers are serialized.
// Their changes become visible all at once, when the transaction ends without an error.
type Store struct {
	current atomic.Pointer[state]
	// resets counts the resets. The last use of credentials is forgotten by each.
	resets atomic.Uint64

	retired retiredMemory
	cursors *lru.Cache[shortHash, Cursor]

	writer sync.Mutex
	// Only the write transaction, of which there is one at a time, touches these.
	clock      Moment         // the number of inserts and deletes, those of failed transactions included
	baseline   *state         // the state that Reset restores
	atBaseline bool           // the rows are those of the baseline
	inserted   map[string]int // by table: see [Table.dropOldest]
}

// state is the content of a store at one moment. It is immutable.
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
	s := &Store{retired: newRetiredMemory(), cursors: newMemory[Cursor](maxCursors), baseline: empty, atBaseline: true, inserted: map[string]int{}}
	s.current.Store(empty)
	return s
}

// Txn is a view of the store at one moment. One from [Store.View] only reads. One inside [Store.Update] also writes, and reads its own
// writes. A Txn must not be shared between goroutines.
type Txn struct {
	memdb  *memdb.Txn
	bases  bases
	store  *Store
	moment Moment // of a snapshot

	db         *memdb.MemDB // the database that memdb commits to
	baseline   *Txn         // the transaction on the baseline; nil where there is none
	visible    *Txn         // of a transaction on the baseline: the transaction that it is committed with
	atBaseline bool
	reset      bool

	retiring map[retiring]retirement // by this transaction
	order    []retiring              // the keys of retiring, in the order in which they were added
}

// View returns a consistent snapshot to read from. It need not be closed.
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
