package merge

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
	"github.com/caddy-workos/caddy-workos/store"
)

// Lists answers with lists of local items and the upstream's.
type Lists struct {
	// Store remembers of which side each cursor is.
	Store *store.Store
	// Timeout is how long a list of a local organization or user waits for the upstream's part.
	Timeout time.Duration
	// Logger receives a warning where such a list is answered without the upstream's part.
	Logger *zap.Logger
}

// Local is the local side of a list.
type Local struct {
	// Page reads a part of it.
	Page func(store.Page) (Span, error)
	// Presence says when there is a local item with an id: it hides an upstream item with the same id.
	Presence func(id string, at store.Moment) store.Presence
	// OfLocal tells that the list belongs to a local organization or user, of which the upstream need not know.
	OfLocal bool
}

// Span is a part of the local side's list, in the order of the list.
type Span struct {
	Items         []Item
	Before, After bool // there is more of this side on either end
}

// Item is a list's element.
type Item struct {
	ID   string
	JSON []byte

	upstream bool // it is the upstream's
}

// Answer returns the answer to a request for a page of a list. The query is the request's, filters and all. The error is the
// 422 for a cursor that neither side knows, or one of package upstream.
func (l Lists) Answer(r *api.Request, query url.Values, p api.Page, local Local) (api.Answer, error) {
	m := &list{Lists: l, request: r, query: query, local: local, order: p.Order, limit: p.Limit, cursor: p.After, back: p.Before != ""}
	if m.back {
		m.cursor = p.Before
	}
	misses := r.Upstream.CountMisses()
	page, err := m.page(p)
	misses.Decide(err == nil) // a list that has its local items alone was answered
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

// list is one page of a list from two sides. In descending order the local items come first, in ascending order the upstream's
// do, so that one order is the reverse of the other.
//
// A cursor is the id of an item, and one id may be on both sides, at once or one after the other. So the store notes of
// which side a cursor was when it was given out, and when the walk began that it belongs to.
type list struct {
	Lists
	request *api.Request
	query   url.Values
	local   Local

	order  store.Order
	limit  int
	cursor string
	back   bool         // the page is the one before the cursor, not the one after it
	noted  bool         // the cursor was given out, and note is what is known of it
	note   store.Cursor // its Walk is when the walk began, which may be now

	tried    *stretch  // what the upstream answered to the cursor, where it had to be asked whether it knows that
	deadline time.Time // of the upstream, for a list that belongs to a local organization or user
	asked    bool      // the upstream was asked
	leftOut  bool      // the upstream has failed: the rest of its part is left out
	hasPart  bool      // the upstream has given a part
	isMerged bool      // the upstream has answered
}

// stretch is a part of a list, in the order in which it is read: from a cursor on, or from an end of the list.
type stretch struct {
	items  []Item
	behind bool // there are items before these
	more   bool // there are items after these
	// start and end are the cursors for what is behind and for more, where these are not the first item and the last.
	start, end string
}

// side reads up to as many items as are needed, from a cursor on or, if it is empty, from the end where the page comes from.
// Where none is needed, it reports whether there are more.
type side func(from string, need int) (stretch, error)

// page returns the page that is asked for, in JSON. It is store.ErrCursor for a cursor that neither side knows.
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

// encode writes a list. Items of the upstream's stay as they came, byte for byte.
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

// walkTime is how long a walk may take. A later page is taken for the first one of another walk.
const walkTime = time.Hour

// begin finds out what is known of the cursor.
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

// name is what the list's cursors are noted under.
func (m *list) name() string { return m.request.Path() + "?" + string(m.order) }

// cursors returns those of a page, and takes note of them.
func (m *list) cursors(s stretch) (start, end string) {
	give := func(own string, at int) string {
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
		start = give(s.start, 0)
	}
	if s.more {
		end = give(s.end, len(s.items)-1)
	}
	return start, end
}

// localFirst reports whether the page's walk comes through the local items first.
func (m *list) localFirst() bool { return (m.order == store.Descending) != m.back }

// read begins on the side of the cursor, and goes on to the other where that one ends.
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

// cursorIsForeign reports whether the cursor is the upstream's. The id of a local item that was deleted may be that of one of the upstream's,
// which the local one hid: then the upstream is asked with it.
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

// localPart is the side of the local items.
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
