package emulator

import (
	"errors"
	"net/url"
	"slices"
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

// mergedList is one list from two sides: the local items and next's. In descending order the local ones come first, in
// ascending order next's do, so that one order is the reverse of the other.
//
// A cursor is the id of an item, and one id may be on both sides, at once or one after the other. So the store notes of
// which side a cursor was when it was given out, and when the walk began that it belongs to.
type mergedList struct {
	call     *call
	query    url.Values // as the caller sent it, filters and all
	local    func(store.Page) (span, error)
	presence func(id string, at store.Moment) store.Presence
	ofLocal  bool
	alone    bool // there are local items only

	order   store.Order // Ascending or Descending
	limit   int
	cursor  string
	back    bool         // the page is the one before the cursor, not the one after it
	noted   bool         // the cursor was given out, and note is what is known of it
	note    store.Cursor // its Walk is when the walk began, which may be now
	tried   *stretch     // what next said to the cursor, where it had to be asked whether it knows that
	ends    time.Time    // the time of next, for a list that belongs to a local organization or user
	asked   bool         // next
	leftOut bool         // next has failed: the rest of its part is left out
	merged  bool         // next has given a part
}

// item is a list's element.
type item struct {
	id      string
	json    []byte
	foreign bool // it is next's
}

// span is a part of the local side's list, in the order of the list.
type span struct {
	items         []item
	before, after bool // there is more of this side on either end
}

// stretch is a part of a list, in the order in which it is read: from a cursor on, or from an end of the list.
type stretch struct {
	items  []item
	behind bool // there are items before these
	more   bool // there are items after these
	// start and end are the cursors for what is behind and for more, where these are not the first item and the last.
	start, end string
}

// side reads up to as many items as are needed, from a cursor on or, if it is empty, from the end where the page comes from.
// Where none is needed, it tells whether there are more.
type side func(from string, need int) (stretch, error)

// page returns the page that is asked for, in JSON. It is store.ErrCursor for a cursor that neither side knows.
func (m *mergedList) page(p store.Page) ([]byte, error) {
	m.order, m.limit = p.Order, p.Limit
	before, after := p.Before, p.After
	if p.Order == store.Normal { // is descending, with the cursors' names exchanged
		m.order = store.Descending
		before, after = after, before
	}
	m.cursor, m.back = after, before != ""
	if m.back {
		m.cursor = before
	}
	m.begin()

	s, err := m.read()
	var unknown unknownCursor
	switch {
	case errors.As(err, &unknown) && unknown.reply != nil && !m.ofLocal:
		return nil, relayed(unknown)
	case errors.As(err, &unknown):
		return nil, store.ErrCursor
	case err != nil:
		return nil, err
	}
	before, after = m.cursors(s)
	if m.back {
		slices.Reverse(s.items)
		before, after = after, before
	}
	if p.Order == store.Normal {
		before, after = after, before
	}
	return encodeList(s.items, cursors{Before: pointer(before), After: pointer(after)})
}

// walkTime is how long a walk may take. A later page is taken for the first one of another walk.
const walkTime = time.Hour

// begin finds out what is known of the cursor.
func (m *mergedList) begin() {
	m.note = store.Cursor{Walk: m.call.txn.Moment(), Began: m.call.now}
	if m.alone || m.cursor == "" {
		return
	}
	if noted, ok := m.call.emulator.Store.Cursor(m.name(), m.cursor); ok {
		m.noted, m.note.Foreign = true, noted.Foreign
		if m.call.now.Sub(noted.Began) < walkTime {
			m.note = noted
		}
	}
}

// name is what the list's cursors are noted under.
func (m *mergedList) name() string { return m.call.http.URL.Path + "?" + string(m.order) }

// cursors returns those of a page, and takes note of them.
func (m *mergedList) cursors(s stretch) (start, end string) {
	give := func(own string, at int) string {
		id, foreign := own, true
		if own == "" && len(s.items) > 0 {
			id, foreign = s.items[at].id, s.items[at].foreign
		}
		if id != "" && !m.alone {
			m.call.emulator.Store.NoteCursor(m.name(), id, store.Cursor{Foreign: foreign, Walk: m.note.Walk, Began: m.note.Began})
		}
		return id
	}
	if s.behind {
		start = give(s.start, 0)
	}
	if s.more {
		end = give(s.end, len(s.items)-1)
	}
	return start, end
}

// localFirst tells whether the page's walk comes through the local items first.
func (m *mergedList) localFirst() bool { return (m.order == store.Descending) != m.back }

// read begins on the side of the cursor, and goes on to the other where that one ends.
func (m *mergedList) read() (stretch, error) {
	sides := []side{m.localPart, m.upstreamPart}
	if m.alone {
		sides = sides[:1]
	} else if !m.localFirst() {
		slices.Reverse(sides)
	}
	first := 0
	if m.cursor != "" && !m.alone {
		foreign, err := m.cursorIsForeign()
		if err != nil {
			return stretch{}, err
		}
		if foreign == m.localFirst() {
			first = 1
		}
	}
	whole := stretch{}
	for i, read := range sides[first:] {
		from, need := "", m.limit-len(whole.items)
		if i == 0 {
			from = m.cursor
		}
		got, err := read(from, need)
		if err != nil {
			return stretch{}, err
		}
		if i == 0 {
			whole.behind = got.behind || first > 0
		}
		if whole.start == "" {
			whole.start = got.start
		}
		whole.items, whole.more = append(whole.items, got.items...), got.more
		if whole.end = got.end; need == 0 {
			whole.end = ""
		}
		if whole.more {
			break
		}
	}
	if len(whole.items) > 0 {
		whole.start = ""
	}
	if m.cursor == "" && !m.alone {
		return whole, m.askFirstPage()
	}
	return whole, nil
}

// cursorIsForeign tells whether the cursor is next's. The id of a local item that was deleted may be that of one of next's,
// which the local one hid: then next is asked with it.
func (m *mergedList) cursorIsForeign() (bool, error) {
	known := m.presence(m.cursor, m.note.Walk)
	switch {
	case !known.Known:
		return true, nil
	case m.noted:
		return m.note.Foreign, nil
	case known.Now:
		return false, nil
	}
	got, err := m.upstreamPart(m.cursor, m.limit)
	var unknown unknownCursor
	var missed relayed
	switch {
	case errors.As(err, &unknown), errors.As(err, &missed) && missed.missed:
		return false, nil
	case err != nil:
		return false, err
	}
	m.tried = &got
	return true, nil
}

// localPart is the side of the local items.
func (m *mergedList) localPart(from string, need int) (stretch, error) {
	p := store.Page{Limit: max(need, 1), Order: m.order}
	if !m.alone {
		p.Walk = m.note.Walk
	}
	back := m.back && from != ""
	switch {
	case back:
		p.Before = from
	case m.back:
		p.Order = reverse(p.Order) // the end of a list is the beginning of its reverse
	default:
		p.After = from
	}
	got, err := m.local(p)
	if err != nil {
		return stretch{}, err
	}
	s := stretch{items: got.items, behind: got.before, more: got.after}
	if back {
		slices.Reverse(s.items)
		s.behind, s.more = s.more, s.behind
	}
	if len(s.items) == 0 {
		s.behind = from != "" // at least the cursor's own item, or what stood there
	}
	if need == 0 {
		s.items, s.more = nil, len(s.items) > 0
	}
	return s, nil
}

func reverse(o store.Order) store.Order {
	if o == store.Ascending {
		return store.Descending
	}
	return store.Ascending
}
