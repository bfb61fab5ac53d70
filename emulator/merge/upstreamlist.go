package merge

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
)

// unknownCursor is the error of a cursor that the upstream does not know. The reply is its answer, or nil where it did not answer.
type unknownCursor struct{ *upstream.Reply }

func (*unknownCursor) Error() string { return "the upstream does not know the cursor" }

// upstreamPart is the [side] of the upstream's items. It is empty where the upstream does not answer.
//
// The upstream is asked with the caller's limit and order, so that requests and recordings do not depend on how many items are local.
func (m *list) upstreamPart(from string, need int) (stretch, error) {
	if m.tried != nil && from == m.cursor {
		return *m.tried, nil
	}
	s := stretch{behind: from != ""}
	opposite := m.back && from == "" // the end of the upstream's list is the beginning of its reverse
	asked := map[string]bool{from: true}
	for range limits.ListFetches { // more than one only where local items hide some, or the upstream returns fewer than it was asked for
		got, err := m.fetch(from, opposite, len(asked) == 1)
		if err != nil {
			return stretch{}, err
		}
		if s.items = append(s.items, got.items...); len(s.items) == 0 && s.start == "" {
			s.start = got.hidden
		}
		s.more = got.cursor != "" && !asked[got.cursor] // a cursor that was used before would lead in a circle
		if s.end = ""; s.more && (got.opaque || len(s.items) == 0 || len(s.items) < need) {
			s.end = got.cursor
		}
		if !s.more || len(s.items) >= max(need, 1) {
			break
		}
		from = got.cursor
		asked[from] = true
	}
	if len(s.items) > need { // the rest belongs to another page
		s.items, s.more, s.end = s.items[:need], true, ""
	}
	if len(s.items) > 0 {
		s.start = ""
	}
	return s, nil
}

// askFirstPage asks the upstream for the first page, unless it was asked already, so that recordings do not depend on how many items
// are local.
func (m *list) askFirstPage() error {
	if m.asked {
		return nil
	}
	_, err := m.fetch("", false, true)
	return err
}

// upstreamPage is one page of the upstream's list, in the order in which it is read.
type upstreamPage struct {
	items  []Item // those that no local item hides
	hidden string // the id of the first hidden item
	cursor string // of the following page; empty where there is none
	opaque bool   // the cursor is not the id of an item of the page
}

// fetch reads the page at a cursor, in the caller's order or the opposite one. first says that it is the caller's cursor.
func (m *list) fetch(from string, opposite, first bool) (upstreamPage, error) {
	if m.leftOut {
		return upstreamPage{}, nil
	}
	m.asked = true
	way, order := "after", m.order
	switch {
	case opposite:
		order = reverse(order)
	case m.back:
		way = "before"
	}
	query := maps.Clone(m.query)
	query.Del("after")
	query.Del("before")
	query.Set("limit", strconv.Itoa(m.limit))
	query.Set("order", string(order))
	if from != "" {
		query.Set(way, from)
	}
	r, err := m.ask(query)
	if err == nil && r == nil {
		if first && from != "" {
			err = &unknownCursor{}
		}
		return upstreamPage{}, err
	}
	var got upstreamPage
	switch {
	case err != nil:
	case r.Missed: // a replay miss beside other recordings of the path: the list would be shorter without notice
		return upstreamPage{}, &upstream.Relayed{Reply: r}
	case from != "" && first && refusesCursor(r.Status):
		return upstreamPage{}, &unknownCursor{r}
	case from == "" && m.local.OfLocal && r.Status == http.StatusNotFound:
		return upstreamPage{}, nil // the upstream may not know the owner
	case r.Status >= http.StatusBadRequest:
		err = &upstream.Relayed{Reply: r}
	default:
		if got, err = m.parse(r, from, way); err == nil {
			m.hasPart = true
			return got, nil
		}
		if !m.local.OfLocal {
			m.request.Upstream.Warn("the upstream's answer is not a list that can be merged: it was relayed", err)
			err = &upstream.Relayed{Reply: r}
		}
	}
	if !m.local.OfLocal || isRefusal(err) {
		return upstreamPage{}, err
	}
	m.leaveOut(err)
	if first && from != "" && !m.noted {
		err = &unknownCursor{} // the upstream cannot be asked
	} else {
		err = nil
	}
	return upstreamPage{}, err
}

// refusesCursor reports whether a status says that the upstream does not know the cursor. Other statuses are about the caller, or
// temporary.
func refusesCursor(status int) bool {
	return slices.Contains([]int{http.StatusBadRequest, http.StatusNotFound, http.StatusGone, http.StatusUnprocessableEntity}, status)
}

// isRefusal reports whether an error is that of a request that must not be sent. Then the upstream has not failed.
func isRefusal(err error) bool {
	var refusal *upstream.Refusal
	var failure *upstream.Failure
	return errors.As(err, &refusal) && !errors.As(err, &failure)
}

// ask asks the upstream with a query. It returns nil where the upstream does not answer, where the caller's key does not allow to ask
// it, and in a replay without recordings of the path.
func (m *list) ask(query url.Values) (*upstream.Reply, error) {
	var r *upstream.Reply
	var err error
	if path := m.request.Path(); !m.local.OfLocal {
		r, err = m.request.Upstream.Get(path, query)
	} else {
		r, err = m.request.Upstream.GetWithin(path, query, time.Until(m.deadline))
	}
	switch {
	case errors.Is(err, upstream.ErrNoAccess):
		return nil, nil // the caller sees the local items
	case r != nil && !r.Missed:
		m.isMerged = true
	case r != nil && !r.Among:
		return nil, nil
	}
	return r, err
}

// leaveOut continues without the upstream, after a failure. It is for a list that belongs to a local organization or user.
func (m *list) leaveOut(why error) {
	m.leftOut, m.isMerged = true, m.hasPart
	warnLeftOut(m.request, why)
}

// warnLeftOut logs that a list of a local owner was answered without the upstream.
func warnLeftOut(r *api.Request, why error) {
	var answered *upstream.Relayed
	if errors.As(why, &answered) {
		why = fmt.Errorf("the status is %d", answered.Status)
	}
	r.Upstream.Warn("the upstream failed: the list of a local owner has its local items only", why)
}

// parse decodes a page of the upstream's. An upstream that ignores the cursor returns a page with the item of the cursor. Then only
// the items after it count.
func (m *list) parse(r *upstream.Reply, from, way string) (upstreamPage, error) {
	if r.Status != http.StatusOK {
		return upstreamPage{}, fmt.Errorf("the status is %d", r.Status)
	}
	document, err := listData(r)
	if err != nil {
		return upstreamPage{}, err
	}
	list, got := document.Get("data").Array(), upstreamPage{cursor: document.Get("list_metadata." + way).String(), opaque: true}
	if way == "before" {
		slices.Reverse(list)
	}
	for i, element := range list {
		id := element.Get("id").String()
		switch {
		case id == "":
			return upstreamPage{}, errors.New("an item has no id")
		case id == from && i == len(list)-1:
			return upstreamPage{}, nil // its cursor leads back to this page
		case id == from:
			got.items, got.hidden = nil, ""
		case !m.hides(id):
			got.items = append(got.items, Item{id, []byte(element.Raw), true})
		case got.hidden == "":
			got.hidden = id
		}
		got.opaque = got.opaque && id != got.cursor
	}
	return got, nil
}

// hides reports whether a local item hides an upstream item with the same id. It must have been in the store when the walk began: else
// the walk may have returned the upstream item already, or would return neither. And it must still be there, unless the local items
// come first, so that the walk may have returned it.
func (m *list) hides(id string) bool {
	local := m.local.Presence(id, m.note.Walk)
	return local.Then && (local.Now || m.localFirst())
}
