package emulator

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/store"
)

// The bounds of the `limit` parameter (WORKOS.md, "Generic conduct").
const (
	defaultLimit = 10
	maxLimit     = 100
)

// cursors are null where there is no such page; an empty string would make the Go SDK loop for ever.
type cursors struct {
	Before *string `json:"before"`
	After  *string `json:"after"`
}

// encodeList writes a list. Items of next's stay as they came, byte for byte.
func encodeList(items []item, metadata cursors) ([]byte, error) {
	end, err := json.Marshal(metadata)
	if err != nil {
		return nil, err
	}
	list := []byte(`{"object":"list","data":[`)
	for i, item := range items {
		if i > 0 {
			list = append(list, ',')
		}
		list = append(list, item.json...)
	}
	list = append(list, `],"list_metadata":`...)
	return append(append(list, end...), '}'), nil
}

// query reads the parameters of a GET request; what is wrong with them is collected.
type query struct {
	values url.Values
	errors []fieldError
}

func (c *call) query() *query {
	values, err := url.ParseQuery(c.http.URL.RawQuery)
	q := &query{values: values}
	if err != nil {
		q.fail("query", "malformed", "the query string is not properly encoded")
	}
	return q
}

func (q *query) fail(field, code, message string) {
	q.errors = append(q.errors, fieldError{Field: field, Code: code, Message: message})
}

// err returns the 422 for all that was wrong, or nil.
func (q *query) err() error {
	if len(q.errors) == 0 {
		return nil
	}
	return errInvalid(q.errors...)
}

// one returns the value of a parameter that may be given once.
func (q *query) one(name string) string {
	if len(q.values[name]) > 1 {
		q.fail(name, "repeated", name+" must be given once")
	}
	return q.values.Get(name)
}

// many returns the values of a parameter that is a comma list, or repeated, or in the bracket form of some SDKs.
func (q *query) many(name string) []string {
	var found []string
	for _, list := range slices.Concat(q.values[name], q.values[name+"[]"]) {
		for value := range strings.SplitSeq(list, ",") {
			if value != "" {
				found = append(found, value)
			}
		}
	}
	return found
}

// page reads the parameters that every list has.
func (q *query) page() store.Page {
	p := store.Page{Limit: defaultLimit, Order: store.Descending, After: q.one("after"), Before: q.one("before")}
	if limit := q.one("limit"); q.values.Has("limit") {
		var err error
		if p.Limit, err = strconv.Atoi(limit); err != nil || p.Limit < 1 || p.Limit > maxLimit {
			q.fail("limit", "out_of_range", "limit must be a number from 1 to 100")
		}
	}
	if order := q.one("order"); q.values.Has("order") {
		p.Order = store.Order(order)
		if !slices.Contains([]store.Order{store.Ascending, store.Descending, store.Normal}, p.Order) {
			q.fail("order", "unknown", "order must be asc, desc or normal")
		}
	}
	if p.After != "" && p.Before != "" {
		q.fail("after", "ambiguous", "after and before must not be given both")
	}
	return p
}

// collection is a list as the store has it.
type collection[Row, Wire any] struct {
	page func(store.Page) (store.List[Row], error)
	wire func(Row) Wire
	id   func(Row) string
	// presence says when there is a local item with an id: it hides one of next's with the same id.
	presence func(id string, at store.Moment) store.Presence
	// ofLocal tells that the list belongs to a local organization or user, of which next need not know.
	ofLocal bool
}

// answerList answers with the page of a list that the query asks for.
func answerList[Row, Wire any](c *call, q *query, list collection[Row, Wire]) (answer, error) {
	p := q.page()
	if err := q.err(); err != nil {
		return answer{}, err
	}
	m := &mergedList{call: c, query: q.values, local: list.span, presence: list.presence, ofLocal: list.ofLocal, alone: !c.merging}
	c.misses = &source.Misses{}
	page, err := m.page(p)
	c.misses.Decide(err == nil) // a list that has its local items alone was answered
	if errors.Is(err, store.ErrCursor) {
		return answer{}, errCursor(p)
	}
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, raw: page}, nil
}

// span reads a page from the store.
func (l collection[Row, Wire]) span(p store.Page) (span, error) {
	rows, err := l.page(p)
	if err != nil {
		return span{}, err
	}
	s := span{before: rows.Before != "", after: rows.After != ""}
	for _, row := range rows.Items {
		encoded, err := answer{body: l.wire(row)}.encode()
		if err != nil {
			return span{}, err
		}
		s.items = append(s.items, item{id: l.id(row), json: encoded})
	}
	return s, nil
}

func errCursor(p store.Page) error {
	field := "after"
	if p.Before != "" {
		field = "before"
	}
	return errInvalid(fieldError{Field: field, Code: "unknown_cursor", Message: field + " is not the id of an item of this list"})
}

// pointer is nil for the empty string, which is null on the wire.
func pointer(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
