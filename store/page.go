package store

import (
	"iter"
	"slices"
)

// Order is the order of a list, by creation. See WORKOS.md, "Generic conduct".
type Order string

// The orders. The order that WorkOS calls normal is Descending with the cursors exchanged: see package api.
const (
	Descending Order = "desc" // newest first; the default
	Ascending  Order = "asc"  // oldest first
)

// Page asks for a part of a list. At most one of After and Before is set; each is the id of a row that is in the list,
// or was until it was deleted.
type Page struct {
	Limit  int // at least 1
	Order  Order
	After  string
	Before string
	// Walk is the moment at which the caller has read the first page of the list, or 0. Rows that were seeded since are left out.
	Walk Moment
}

// List is one page. Before and After are the cursors of the pages before and after it. They are empty where there is no such page.
type List[T any] struct {
	Items  []T
	Before string
	After  string
}

// Page reads a page of all rows, or of those that match where match is not nil. The error is [ErrCursor].
func (d *Table[T]) Page(t *Txn, p Page, match func(T) bool) (List[T], error) {
	return d.page(t, byCreation, "", p, match)
}

// page reads one page of a list. Rows that do not match are read and skipped.
func (d *Table[T]) page(t *Txn, listName, scope string, p Page, match func(T) bool) (List[T], error) {
	return d.pageAt(t, listName, scope, p, match, func(id string) (Moment, bool) { return d.cursor(t, listName, scope, primary, id) })
}

// pageAt is page with cursors of its own: place returns the place of the row that one stands for.
func (d *Table[T]) pageAt(
	t *Txn, listName, scope string, p Page, match func(T) bool, place func(cursor string) (Moment, bool),
) (List[T], error) {
	onward := older // away from the first page
	if p.Order == Ascending {
		onward = newer
	}
	way, from := onward, p.After
	if p.Before != "" {
		way, from = !onward, p.Before
	}
	start := way.origin()
	if from != "" {
		var ok bool
		if start, ok = place(from); !ok {
			return List[T]{}, ErrCursor
		}
	}
	if p.Walk != 0 {
		match = d.sinceWalk(p.Walk, match)
	}

	items, more := d.take(d.walk(t, listName, scope, way, start), p.Limit, match)
	if len(items) == 0 {
		return List[T]{}, nil
	}
	if way != onward {
		slices.Reverse(items)
	}
	first, last := d.meta(&items[0]), d.meta(&items[len(items)-1])
	beyond := func(way direction, end *Meta) bool {
		_, more := d.take(d.walk(t, listName, scope, way, end.place.seq), 0, match)
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
	return list, nil
}

// take copies up to limit rows that match, and reports whether there are more.
func (d *Table[T]) take(rows iter.Seq[*T], limit int, match func(T) bool) (items []T, more bool) {
	for stored := range rows {
		copied := d.clone(stored)
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

// sinceWalk adds the condition of [Page.Walk] to a filter, which may be nil.
func (d *Table[T]) sinceWalk(walk Moment, match func(T) bool) func(T) bool {
	return func(r T) bool { return !d.meta(&r).seededAfter(walk) && (match == nil || match(r)) }
}

// cursor returns the place of a row of a list in the order of creation, by a unique value. The row may have been deleted.
func (d *Table[T]) cursor(t *Txn, listName, scope, field, value string) (seq Moment, ok bool) {
	if stored := d.find(t, field, value); stored != nil {
		s, listed := d.scopeOf(listName)(stored)
		return d.seq(stored), listed && s == scope
	}
	r, ok := t.retired(d.name, field, value)
	return r.place.seq, ok
}
