package store

import (
	"fmt"
	"iter"
	"math"
	"slices"
)

// Order is the order of a list, by creation. See WORKOS.md, "Generic conduct".
type Order string

// The orders that WorkOS knows.
const (
	Descending Order = "desc"   // newest first; the default
	Ascending  Order = "asc"    // oldest first
	Normal     Order = "normal" // newest first with reversed cursors: before asks for older rows, after for newer ones
)

// Page asks for a part of a list. At most one of After and Before is set; each is the id of a row that the list holds,
// or held until it was deleted.
type Page struct {
	Limit  int // at least 1
	Order  Order
	After  string
	Before string
	// Walk, unless it is 0, is the moment at which the caller read the first page of the list: rows that were seeded since
	// are left out.
	Walk Moment
}

// List is one page. Before and After are the cursors of the neighbouring pages, and empty where there is none.
type List[T any] struct {
	Items  []T
	Before string
	After  string
}

const byCreation = "creation" // every table has this list, with the empty scope

// page reads one page of the list. match, which may be nil, filters; rows it rejects are read and passed over.
func page[T any, R row[T]](t *Txn, d table[T], listName, scope string, p Page, match func(T) bool) (List[T], error) {
	after, before := p.After, p.Before
	if p.Order == Normal {
		after, before = before, after
	}
	onward := older // away from the first page
	if p.Order == Ascending {
		onward = newer
	}
	way, from := onward, after
	if before != "" {
		way, from = !onward, before
	}
	start := way.origin()
	if from != "" {
		var ok bool
		if start, ok = cursor[T, R](t, d, listName, scope, from); !ok {
			return List[T]{}, ErrCursor
		}
	}
	if p.Walk != 0 {
		match = sinceWalk[T, R](p.Walk, match)
	}

	items, more := take[T, R](walk[T, R](t, d, listName, scope, way, start), p.Limit, match)
	if len(items) == 0 {
		return List[T]{}, nil
	}
	if way != onward {
		slices.Reverse(items)
	}
	first, last := R(&items[0]).meta(), R(&items[len(items)-1]).meta()
	beyond := func(way direction, end *Meta) bool {
		_, more := take[T, R](walk[T, R](t, d, listName, scope, way, end.place.seq), 0, match)
		return more
	}
	moreBefore, moreAfter := more, more
	if way == onward {
		moreBefore = from != "" && beyond(!onward, first)
	} else {
		moreAfter = beyond(onward, last)
	}

	list := List[T]{Items: items}
	if moreBefore {
		list.Before = first.ID
	}
	if moreAfter {
		list.After = last.ID
	}
	if p.Order == Normal {
		list.Before, list.After = list.After, list.Before
	}
	return list, nil
}

// take copies up to limit rows that match and tells whether there are more.
func take[T any, R row[T]](rows iter.Seq[*T], limit int, match func(T) bool) (items []T, more bool) {
	for stored := range rows {
		copied := R(stored).clone()
		if match != nil && !match(copied) {
			continue
		}
		if len(items) == limit {
			return items, true
		}
		items = append(items, copied)
	}
	return items, false
}

// sinceWalk adds to a filter, which may be nil, what [Page.Walk] asks for.
func sinceWalk[T any, R row[T]](walk Moment, match func(T) bool) func(T) bool {
	return func(r T) bool { return !R(&r).meta().seededAfter(walk) && (match == nil || match(r)) }
}

// cursor returns the place of a list's row in the order of creation, also of one that has been deleted since.
func cursor[T any, R row[T]](t *Txn, d table[T], listName, scope, id string) (seq Moment, ok bool) {
	if stored := find[T, R](t, d, primary, id); stored != nil {
		s, listed := d.scopeOf(listName)(stored)
		return R(stored).meta().place.seq, listed && s == scope
	}
	r, ok := t.retired(d.name, primary, id)
	return r.place.seq, ok
}

// direction is a way through a list.
type direction bool

const (
	older direction = false
	newer direction = true
)

// origin is the place from which a walk in this direction meets every row.
func (d direction) origin() Moment {
	if d == newer {
		return 0
	}
	return math.MaxUint64
}

// walk yields the stored rows of a list, beginning next to start, which is left out.
func walk[T any, R row[T]](t *Txn, d table[T], listName, scope string, way direction, start Moment) iter.Seq[*T] {
	b := baseOf(t, d)
	if b == nil {
		return walkWritten[T, R](t, d, listName, scope, way, start)
	}
	return func(yield func(*T) bool) {
		based := beyond[T, R](b, listName, scope, way, start)
		// yieldBased yields the rows of the base that come before a place.
		yieldBased := func(until Moment) bool {
			for len(based) > 0 {
				next, rest := based[0], based[1:]
				if way == older {
					next, rest = based[len(based)-1], based[:len(based)-1]
				}
				stored := b.rows[next]
				if seq := R(stored).meta().place.seq; seq == until || (seq > until) == (way == newer) {
					return true
				}
				based = rest
				if !t.hidden(d.name, R(stored).meta().ID) && !yield(stored) {
					return false
				}
			}
			return true
		}
		for stored := range walkWritten[T, R](t, d, listName, scope, way, start) {
			if !yieldBased(R(stored).meta().place.seq) || !yield(stored) {
				return
			}
		}
		yieldBased((!way).origin())
	}
}

// walkWritten is [walk] without the rows of the table's base.
func walkWritten[T any, R row[T]](t *Txn, d table[T], listName, scope string, way direction, start Moment) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		bound := t.memdb.ReverseLowerBound
		if way == newer {
			bound = t.memdb.LowerBound
		}
		rows, err := bound(d.name, listName, listKey(scope, start))
		if err != nil {
			panic(fmt.Sprintf("store: list %s of %s: %v", listName, d.name, err)) // a list that the schema lacks
		}
		inScope := d.scopeOf(listName)
		for raw := rows.Next(); raw != nil; raw = rows.Next() {
			stored := raw.(*T)
			if s, ok := inScope(stored); !ok || s != scope {
				return
			}
			if R(stored).meta().place.seq != start && !yield(stored) {
				return
			}
		}
	}
}
