package store

// Reset makes the store hold its baseline again, which is empty unless a transaction has changed it: see [Txn.Baseline].
// Nothing is known any more of the use of credentials, and of what was deleted since. It takes the same time whatever the
// store holds, and requests under way keep the view that they have.
func (s *Store) Reset() {
	_ = s.Update(func(t *Txn) error {
		t.Reset()
		return nil
	})
}

// Baseline is a transaction on what [Store.Reset] goes back to. It is committed with this one.
func (t *Txn) Baseline() *Txn {
	if t.baseline == nil {
		t.baseline = t.store.begin(t.store.baseline)
	}
	return t.baseline
}

// AtBaseline tells whether the store holds its baseline, as it was before the transaction, and nothing has been written
// since.
func (t *Txn) AtBaseline() bool { return t.atBaseline }

// Follow makes the store hold its baseline, with the changes of this transaction; no more can be made in it. What is known
// of the use of credentials stays.
func (t *Txn) Follow() {
	from := t.store.baseline
	if t.baseline != nil {
		from = t.baseline.commit()
	}
	t.memdb.Abort()
	begun := t.store.begin(from)
	t.memdb, t.db, t.bases, t.atBaseline = begun.memdb, begun.db, begun.bases, true
}

// Reset is [Store.Reset] in a transaction.
func (t *Txn) Reset() {
	t.Follow()
	t.reset = true
}
