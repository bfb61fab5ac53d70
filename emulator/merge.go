package emulator

import (
	"errors"
	"net/url"
	"slices"

	"github.com/caddy-workos/caddy-workos/store"
)

// mergedList is one list from two sides: the local items and next's. In descending order the local ones come first, in
// ascending order next's do, so that one order is the reverse of the other.
type mergedList struct {
	call    *call
	query   url.Values // as the caller sent it, filters and all
	local   func(store.Page) (span, error)
	holds   func(id string) bool
	ofLocal bool
	alone   bool // there are local items only
}

// span is a part of one side's list, in the order of the page that is asked for.
type span struct {
	items         []item
	before, after bool // there is more of this side on either end
}

// item is a list's element.
type item struct {
	id   string
	json []byte
}

// side reads a part of a list. The order is store.Ascending or store.Descending.
type side func(store.Page) (span, error)

// page returns the page that is asked for, in JSON. It is store.ErrCursor for a cursor that neither side knows.
func (m *mergedList) page(p store.Page) ([]byte, error) {
	asked := p
	if p.Order == store.Normal { // is descending, with the cursors' names exchanged
		p.Order = store.Descending
		p.Before, p.After = p.After, p.Before
	}
	s, err := m.span(p)
	if err != nil {
		return nil, err
	}
	var metadata cursors
	if last := len(s.items) - 1; last >= 0 {
		if s.before {
			metadata.Before = &s.items[0].id
		}
		if s.after {
			metadata.After = &s.items[last].id
		}
	}
	if asked.Order == store.Normal {
		metadata.Before, metadata.After = metadata.After, metadata.Before
	}
	return encodeList(s.items, metadata)
}

// span reads from the side that the page begins on, and goes on to the other where the first ends.
func (m *mergedList) span(p store.Page) (span, error) {
	found, err := m.local(p)
	if m.alone {
		return found, err
	}
	foreign := errors.Is(err, store.ErrCursor)
	if err != nil && !foreign {
		return span{}, err
	}

	local := func(part store.Page) (span, error) {
		if part == p {
			return found, nil // it has been read already
		}
		return m.local(part)
	}
	first, second := side(local), side(m.upstream)
	inFirst := !foreign // the side that holds the cursor
	if p.Order == store.Ascending {
		first, second = second, first
		inFirst = !inFirst
	}
	switch {
	case p.Before != "" && inFirst:
		found, err = first(p)
		found.after = true
		return found, err
	case p.Before != "":
		return backAcross(first, second, p)
	case p.After != "" && !inFirst:
		found, err = second(p)
		found.before = true
		return found, err
	default:
		return across(first, second, p)
	}
}

// across reads a page that begins in the first side and may go over into the second.
func across(first, second side, p store.Page) (span, error) {
	s, err := first(p)
	if err != nil || s.after {
		return s, err
	}
	s.before = p.After != ""
	need := p.Limit - len(s.items)
	rest, err := second(store.Page{Limit: max(need, 1), Order: p.Order})
	if err != nil {
		return span{}, err
	}
	if need == 0 {
		s.after = len(rest.items) > 0
		return s, nil
	}
	s.items = append(s.items, rest.items...)
	s.after = rest.after
	return s, nil
}

// backAcross reads the page before a cursor in the second side, which may begin in the first.
func backAcross(first, second side, p store.Page) (span, error) {
	s, err := second(p)
	if err != nil {
		return span{}, err
	}
	s.after = true
	if s.before {
		return s, nil
	}
	need := p.Limit - len(s.items)
	// The end of a list is the beginning of its reverse.
	rest, err := first(store.Page{Limit: max(need, 1), Order: reverse(p.Order)})
	if err != nil {
		return span{}, err
	}
	if need == 0 {
		s.before = len(rest.items) > 0
		return s, nil
	}
	slices.Reverse(rest.items)
	s.items = append(rest.items, s.items...)
	s.before = rest.after
	return s, nil
}

func reverse(o store.Order) store.Order {
	if o == store.Ascending {
		return store.Descending
	}
	return store.Ascending
}
