package seed

import (
	"fmt"
	"io"
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

// Changes counts the rows that differ from one seed to the next; a client secret is a row of its own.
type Changes struct{ Added, Changed, Removed int }

func (c Changes) plus(other Changes) Changes {
	return Changes{c.Added + other.Added, c.Changed + other.Changed, c.Removed + other.Removed}
}

// Apply makes the store hold the seed, and should run in a transaction of its own: after an error the store is half
// changed. The store's baseline is then what it would be if nothing but seeds had ever been written.
//
// Only what differs between the seed and the one that was applied before is written, so that what the API has done to an
// entry since, deleting it included, lasts until the entry itself changes. Rows that were created at run time are left
// alone, even those of an organization or user that the file no longer holds; one that has taken a unique value of the
// seed makes Apply fail with a [store.ConflictError].
//
// Rows are created in the order of the file, at the moment now. random makes the secrets that the file does not pin, and
// must be cryptographically secure.
func (s *Seed) Apply(tx *store.Txn, now time.Time, random io.Reader) (Changes, error) {
	follows := tx.AtBaseline()
	d := s.differences(tx)
	err := d.applyToBaseline(tx.Baseline(), now, random)
	switch {
	case err != nil:
	case follows:
		tx.Follow()
	default:
		err = d.applyToStore(tx, now)
	}
	if err != nil {
		return Changes{}, fmt.Errorf("apply seed: %w", err)
	}
	return d.changes(), nil
}

// Restore makes the store and its baseline hold the seed and nothing else. Where the baseline holds it already,
// [store.Store.Reset] does the same at once.
func (s *Seed) Restore(tx *store.Txn, now time.Time, random io.Reader) error {
	if err := s.differences(tx).applyToBaseline(tx.Baseline(), now, random); err != nil {
		return fmt.Errorf("apply seed: %w", err)
	}
	tx.Reset()
	return nil
}

// differences is what has to happen to a store to get from what was seeded before to a seed: of each table, in the order of
// the kinds.
type differences []difference

func (s *Seed) differences(tx *store.Txn) differences {
	var all differences
	baseline := tx.Baseline()
	for _, k := range s.kinds {
		if k.isStored() {
			all = append(all, k.compare(s, baseline))
		}
	}
	return all
}

func (all differences) changes() Changes {
	var c Changes
	for _, d := range all {
		c = c.plus(d.changes())
	}
	return c
}

func (all differences) applyToBaseline(baseline *store.Txn, now time.Time, random io.Reader) error {
	for _, d := range all {
		if err := d.applyToBaseline(baseline, now, random); err != nil {
			return err
		}
	}
	return nil
}

// applyToStore comes after [differences.applyToBaseline].
func (all differences) applyToStore(tx *store.Txn, now time.Time) error {
	arriving := arrivals{}
	for _, d := range all {
		d.settle(tx, arriving)
		if err := d.follow(tx, all, now); err != nil {
			return err
		}
	}
	for _, d := range all {
		if err := d.applyToStore(tx, now); err != nil {
			return err
		}
	}
	return nil
}
