package merge

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
	"github.com/caddy-workos/caddy-workos/store"
)

// Lists merges lists of local items with those of the upstream.
type Lists struct {
	// Store remembers which side each cursor belongs to.
	Store *store.Store
	// Timeout is how long a list of a local organization or user waits for the upstream's items.
	Timeout time.Duration
}

// Answer answers a request for a page of a merged list. The query is that of the request, with all filters. The error is a 422 for a
// cursor that neither side knows, or one of package upstream.
func (l Lists) Answer(r *api.Request, query url.Values, p api.Page, local Local) (api.Answer, error) {
	m := &list{Lists: l, request: r, query: query, local: local, order: p.Order, limit: p.Limit, cursor: p.After, back: p.Before != ""}
	if m.back {
		m.cursor = p.Before
	}
	if local.OfLocal {
		m.deadline = time.Now().Add(l.Timeout)
	}
	misses := r.Upstream.CountMisses()
	page, err := m.page(p)
	misses.Decide(err == nil) // a list of the local items alone is an answer
	if errors.Is(err, store.ErrCursor) {
		err = p.UnknownCursor()
	}
	if err != nil {
		return api.Answer{}, err
	}
	a := api.Answer{Status: http.StatusOK, Raw: page}
	if m.isMerged {
		a.Source = source.Merged
	}
	return a, nil
}

// list makes one page of a merged list. In descending order the local items come first, and in ascending order those of the upstream,
// so that one order is the reverse of the other.
//
// A cursor is the id of an item. Both sides may have an item with the same id, at the same time or one after the other. So the store
// remembers which side a cursor belonged to when it was returned, and when the walk began: the caller's reading of the list, page by
// page.
type list struct {
	Lists
	request *api.Request
	query   url.Values
	local   Local

	order  store.Order
	limit  int
	cursor string
	back   bool         // the page before the cursor is asked for, not the one after it
	noted  bool         // the store remembers the cursor, as note
	note   store.Cursor // its Walk is the beginning of the walk: now, where the cursor is not remembered

	tried    *stretch  // the upstream's answer, where it was asked whether it knows the cursor
	deadline time.Time // for the upstream, where the list belongs to a local organization or user
	asked    bool      // the upstream was asked
	leftOut  bool      // the upstream has failed: it is not asked again
	hasPart  bool      // the upstream has returned a page
	isMerged bool      // the upstream has answered
}

// stretch is a part of a list, in the order in which it is read: from a cursor, or from an end of the list.
type stretch struct {
	items  []Item
	behind bool // there are items before these, in the order of reading
	more   bool // there are items after these, in the order of reading
	// start and end are the cursors at the two ends, where these are not the ids of the first and the last item.
	start, end string
}

// side reads up to need items of one side, from a cursor, or from the first item in the order of reading. Where need is 0, it only
// finds out whether there are more.
type side func(from string, need int) (stretch, error)

// page returns the page as JSON. The error is store.ErrCursor for a cursor that neither side knows.
func (m *list) page(p api.Page) ([]byte, error) {
	m.begin()
	s, err := m.read()
	var unknown *unknownCursor
	switch {
	case errors.As(err, &unknown) && unknown.Reply != nil && !m.local.OfLocal:
		return nil, &upstream.Relayed{Reply: unknown.Reply}
	case errors.As(err, &unknown):
		return nil, store.ErrCursor
	case err != nil:
		return nil, err
	}
	before, after := m.cursors(s)
	if m.back {
		slices.Reverse(s.items)
		before, after = after, before
	}
	return encode(s.items, p.Cursors(before, after))
}

// encode encodes a list. The upstream's items stay byte for byte as they came.
func encode(items []Item, cursors api.Cursors) ([]byte, error) {
	metadata, err := json.Marshal(cursors)
	if err != nil {
		return nil, err
	}
	list := []byte(`{"object":"list","data":[`)
	for i, item := range items {
		list = appendItem(list, i == 0, item)
	}
	list = append(list, `],"list_metadata":`...)
	return append(append(list, metadata...), '}'), nil
}

// walkTime is how long a walk may take. A later page is treated as the first page of another walk.
const walkTime = time.Hour

// begin looks up what the store remembers of the cursor.
func (m *list) begin() {
	m.note = store.Cursor{Walk: m.request.View.Moment(), Began: m.request.Now}
	if m.cursor == "" {
		return
	}
	if noted, ok := m.Store.Cursor(m.name(), m.cursor); ok {
		m.noted, m.note.Foreign = true, noted.Foreign
		if m.request.Now.Sub(noted.Began) < walkTime {
			m.note = noted
		}
	}
}

// name is the name of the list under which the store remembers its cursors.
func (m *list) name() string { return m.request.Path() + "?" + string(m.order) }

// cursors returns the cursors of a page, and has the store remember them.
func (m *list) cursors(s stretch) (start, end string) {
	cursor := func(own string, at int) string {
		id, foreign := own, true
		if own == "" && len(s.items) > 0 {
			id, foreign = s.items[at].ID, s.items[at].upstream
		}
		if id != "" {
			m.Store.NoteCursor(m.name(), id, store.Cursor{Foreign: foreign, Walk: m.note.Walk, Began: m.note.Began})
		}
		return id
	}
	if s.behind {
		start = cursor(s.start, 0)
	}
	if s.more {
		end = cursor(s.end, len(s.items)-1)
	}
	return start, end
}

// localFirst reports whether the local items come first in the order of reading.
func (m *list) localFirst() bool { return (m.order == store.Descending) != m.back }

// read reads the side of the cursor and, where that ends, the other side.
func (m *list) read() (stretch, error) {
	sides := []side{m.localPart, m.upstreamPart}
	if !m.localFirst() {
		slices.Reverse(sides)
	}
	first := 0
	if m.cursor != "" {
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
	if m.cursor == "" {
		return whole, m.askFirstPage()
	}
	return whole, nil
}

// cursorIsForeign reports whether the cursor belongs to the upstream. The id of a deleted local item may also be that of an upstream
// item, which the local one has hidden. Then the upstream is asked for the page at that cursor.
func (m *list) cursorIsForeign() (bool, error) {
	known := m.local.Presence(m.cursor, m.note.Walk)
	switch {
	case !known.Known:
		return true, nil
	case m.noted:
		return m.note.Foreign, nil
	case known.Now:
		return false, nil
	}
	got, err := m.upstreamPart(m.cursor, m.limit)
	var unknown *unknownCursor
	var missed *upstream.Relayed
	switch {
	case errors.As(err, &unknown), errors.As(err, &missed) && missed.Missed:
		return false, nil
	case err != nil:
		return false, err
	}
	m.tried = &got
	return true, nil
}

// localPart is the [side] of the local items.
func (m *list) localPart(from string, need int) (stretch, error) {
	p := store.Page{Limit: max(need, 1), Order: m.order, Walk: m.note.Walk}
	back := m.back && from != ""
	switch {
	case back:
		p.Before = from
	case m.back:
		p.Order = reverse(p.Order) // the end of a list is the beginning of its reverse
	default:
		p.After = from
	}
	got, err := m.local.Page(p)
	if err != nil {
		return stretch{}, err
	}
	s := stretch{items: got.Items, behind: got.Before, more: got.After}
	if back {
		slices.Reverse(s.items)
		s.behind, s.more = s.more, s.behind
	}
	if len(s.items) == 0 {
		s.behind = from != "" // the item of the cursor is before, or was
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
