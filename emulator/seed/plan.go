package seed

import (
	"errors"
	"fmt"

	"github.com/caddy-workos/caddy-workos/store"
)

// plan is what has to happen to one table to get from what was seeded before to the next seed.
type plan[T any] struct {
	*applier
	table[T]
	next    []seeded[T]
	before  map[string]known // by id
	removed []string
	// revived tells that an unchanged entry has to be inserted, because its parent had to be. It may be nil.
	revived func(T) bool
}

// known is what a plan needs to know of an entry that was seeded before.
type known struct {
	digest string
	random bool
}

// newPlan compares two seeds or, where the one before is not known, a seed with what the store holds.
func newPlan[T any](a *applier, t table[T], before, next []seeded[T]) *plan[T] {
	p := &plan[T]{applier: a, table: t, next: next, before: map[string]known{}}
	var ids []string
	for _, entry := range before {
		ids = append(ids, entry.id)
		p.before[entry.id] = known{entry.digest, entry.random}
	}
	if a.first {
		for _, row := range t.all(a.tx) {
			if meta := t.meta(&row); meta.Seed != "" {
				ids = append(ids, meta.ID)
				// A secret that may or may not have been pinned is better kept than changed.
				p.before[meta.ID] = known{meta.Seed, true}
			}
		}
	}
	kept := make(map[string]bool, len(next))
	for _, entry := range next {
		kept[entry.id] = true
	}
	for _, id := range ids {
		if !kept[id] {
			p.removed = append(p.removed, id)
		}
	}
	return p
}

// remove deletes the rows that the next seed lacks, if they are still there.
func (p *plan[T]) remove() error {
	for _, id := range p.removed {
		switch err := p.table.remove(p.tx, id); {
		case err == nil:
			p.changes.Removed++
		case !errors.Is(err, store.ErrNotFound):
			return fmt.Errorf("remove %s: %w", id, err)
		}
	}
	return nil
}

// release makes the unique values of changed rows free for each other.
func (p *plan[T]) release() error {
	for _, entry := range p.next {
		if before, ok := p.before[entry.id]; !ok || before.digest == entry.digest {
			continue
		}
		_, err := p.update(p.tx, entry.id, func(row *T) error {
			p.table.release(row, entry.row)
			return nil
		})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("%s: %w", entry.path, err)
		}
	}
	return nil
}

// write inserts what is new and overwrites what has changed, in the order of the file.
func (p *plan[T]) write() error {
	for _, entry := range p.next {
		before, seededBefore := p.before[entry.id]
		var err error
		switch {
		case !seededBefore:
			err = p.add(entry)
		case before.digest != entry.digest:
			err = p.change(entry, before)
		case p.revived != nil && p.revived(entry.row):
			err = p.add(entry)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", entry.path, err)
		}
	}
	return nil
}

func (p *plan[T]) add(entry seeded[T]) error {
	p.changes.Added++
	return p.put(entry)
}

func (p *plan[T]) put(entry seeded[T]) error {
	row := entry.row
	if entry.random {
		if err := p.fill(&row, p.random); err != nil {
			return err
		}
	}
	*p.meta(&row) = store.Meta{ID: entry.id, CreatedAt: p.now, UpdatedAt: p.now, Seed: entry.digest}
	return p.insert(p.tx, row)
}

// change overwrites a row, or inserts it again where it was deleted at run time: its entry has changed since.
func (p *plan[T]) change(entry seeded[T], before known) error {
	p.changes.Changed++
	if p.update == nil {
		if err := p.table.remove(p.tx, entry.id); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return p.put(entry)
	}
	row := entry.row
	if entry.random && !before.random {
		if err := p.fill(&row, p.random); err != nil {
			return err
		}
	}
	_, err := p.update(p.tx, entry.id, func(stored *T) error {
		p.overwrite(stored, row)
		meta := p.meta(stored)
		meta.UpdatedAt, meta.Seed = p.now, entry.digest
		return nil
	})
	if errors.Is(err, store.ErrNotFound) {
		p.reinserted[entry.id] = true
		return p.put(entry)
	}
	return err
}
