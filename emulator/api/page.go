package api

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/caddy-workos/caddy-workos/store"
)

// The bounds of the `limit` parameter (WORKOS.md, "Generic conduct").
const (
	defaultLimit = 10
	maxLimit     = 100
)

// orderNormal is the order that is descending with the cursors' names exchanged: `before` asks for older items, `after` for newer
// ones (WORKOS.md, "Generic conduct").
const orderNormal = "normal"

// Query is the parameters of a request's query. Its methods collect what is wrong with them in FieldErrors.
type Query struct {
	FieldErrors
	Values url.Values
}

// One returns the value of a parameter. It is an error to give it more than once.
func (q *Query) One(name string) string {
	if len(q.Values[name]) > 1 {
		q.Fail(name, "repeated", name+" must be given once")
	}
	return q.Values.Get(name)
}

// Many returns the values of a parameter that is a comma-separated list, or repeated, or in the bracket form of some SDKs.
func (q *Query) Many(name string) []string {
	var found []string
	for _, list := range slices.Concat(q.Values[name], q.Values[name+"[]"]) {
		for value := range strings.SplitSeq(list, ",") {
			if value != "" {
				found = append(found, value)
			}
		}
	}
	return found
}

// Page is the part of a list that a request asks for.
type Page struct {
	store.Page
	isNormal bool
}

// Page reads the parameters that every list has: limit, order, after and before (WORKOS.md, "Generic conduct").
func (q *Query) Page() Page {
	p := Page{Page: store.Page{Limit: defaultLimit, Order: store.Descending, After: q.One("after"), Before: q.One("before")}}
	if limit := q.One("limit"); q.Values.Has("limit") {
		var err error
		if p.Limit, err = strconv.Atoi(limit); err != nil || p.Limit < 1 || p.Limit > maxLimit {
			q.Fail("limit", "out_of_range", "limit must be a number from 1 to 100")
		}
	}
	if order := q.One("order"); q.Values.Has("order") {
		switch order {
		case string(store.Ascending), string(store.Descending):
			p.Order = store.Order(order)
		case orderNormal:
			p.isNormal = true
			p.After, p.Before = p.Before, p.After
		default:
			q.Fail("order", "unknown", "order must be asc, desc or normal")
		}
	}
	if p.After != "" && p.Before != "" {
		q.Fail("after", "ambiguous", "after and before must not be given both")
	}
	return p
}

// UnknownCursor returns the 422 for a cursor that is not the id of an item of the list.
func (p Page) UnknownCursor() error {
	field := "after"
	if (p.Before != "") != p.isNormal {
		field = "before"
	}
	return Invalid(FieldError{Field: field, Code: "unknown_cursor", Message: field + " is not the id of an item of this list"})
}

// Cursors are the cursors of the pages before and after a page. They are null where there is no such page. An empty string
// would make the Go SDK read the first page again and again.
type Cursors struct {
	Before *string `json:"before"`
	After  *string `json:"after"`
}

// Cursors returns the cursors of a page from the ids at its two ends. An empty id says that there is no page on that side.
func (p Page) Cursors(before, after string) Cursors {
	if p.isNormal {
		before, after = after, before
	}
	return Cursors{Before: OrNull(before), After: OrNull(after)}
}

// OrNull returns nil for the empty string, so that it is encoded as null.
func OrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
