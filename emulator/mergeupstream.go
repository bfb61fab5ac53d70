package emulator

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/tidwall/gjson"
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// maxFetches bounds how many pages of next's are read for one of ours, which is more than one only where local items
// hide some of next's, or next gives fewer than it was asked for. What is left is for another page.
const maxFetches = 100

// unknownCursor says that next does not know a cursor. The reply is what it said, and nil where it did not answer.
type unknownCursor struct{ *reply }

func (unknownCursor) Error() string { return "next does not know the cursor" }

// upstreamPart is the side of next's items. Where next does not answer it is empty.
//
// Next is asked with the caller's own limit and order, where normal is the descending one, so that what is asked, and recorded, does not depend on how many
// items are local.
func (m *mergedList) upstreamPart(from string, need int) (stretch, error) {
	if m.tried != nil && from == m.cursor {
		return *m.tried, nil
	}
	s := stretch{behind: from != ""}
	opposite := m.back && from == "" // the end of next's list is the beginning of its reverse
	asked := map[string]bool{from: true}
	for range maxFetches {
		got, err := m.fetch(from, opposite, len(asked) == 1)
		if err != nil {
			return stretch{}, err
		}
		if s.items = append(s.items, got.items...); len(s.items) == 0 && s.start == "" {
			s.start = got.hidden
		}
		s.more = got.cursor != "" && !asked[got.cursor] // else next goes in circles
		if s.end = ""; s.more && (got.opaque || len(s.items) == 0 || len(s.items) < need) {
			s.end = got.cursor
		}
		if !s.more || len(s.items) >= max(need, 1) {
			break
		}
		from = got.cursor
		asked[from] = true
	}
	if len(s.items) > need { // the rest is left for another page
		s.items, s.more, s.end = s.items[:need], true, ""
	}
	if len(s.items) > 0 {
		s.start = ""
	}
	return s, nil
}

// askFirstPage asks next for the first page where that was not needed: what is asked, and recorded, is not to depend on how
// many items are local.
func (m *mergedList) askFirstPage() error {
	if m.asked {
		return nil
	}
	_, err := m.fetch("", false, true)
	return err
}

// upstreamPage is one page of next's, in the order in which it is read.
type upstreamPage struct {
	items  []item // those that no local one hides
	hidden string // the first of the others
	cursor string // of the next page; empty for none
	opaque bool   // the cursor is not the id of an item of the page
}

// fetch reads the page next to a cursor, in the caller's order or the opposite one. first tells that the cursor is the
// caller's.
func (m *mergedList) fetch(from string, opposite, first bool) (upstreamPage, error) {
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
			err = unknownCursor{}
		}
		return upstreamPage{}, err
	}
	var got upstreamPage
	switch {
	case err != nil:
	case r.missed: // among recordings of the same path: the list would be shorter without a word
		return upstreamPage{}, relayed{r}
	case from != "" && first && refusesCursor(r.status):
		return upstreamPage{}, unknownCursor{r}
	case from == "" && m.ofLocal && r.status == http.StatusNotFound:
		return upstreamPage{}, nil // next need not know the owner
	case r.status >= http.StatusBadRequest:
		err = relayed{r}
	default:
		if got, err = m.parse(r, from, way); err == nil {
			m.merged = true
			return got, nil
		}
		if !m.ofLocal {
			err = m.call.notMerged(r, err)
		}
	}
	if !m.ofLocal || isOwn(err) {
		return upstreamPage{}, err
	}
	m.leaveOut(err)
	if first && from != "" && !m.noted {
		err = unknownCursor{} // whether it is one cannot be told
	} else {
		err = nil
	}
	return upstreamPage{}, err
}

// refusesCursor tells a status that says that a cursor is not one, and nothing about the caller or the moment.
func refusesCursor(status int) bool {
	return slices.Contains([]int{http.StatusBadRequest, http.StatusNotFound, http.StatusGone, http.StatusUnprocessableEntity}, status)
}

// isOwn tells an error of the emulator's own, which is not about next.
func isOwn(err error) bool {
	var own *problem
	var failed nextFailed
	return errors.As(err, &own) && !errors.As(err, &failed)
}

// ask asks next with a query, and returns nil where it does not answer, must not be asked, or nothing was recorded for the
// path.
func (m *mergedList) ask(query map[string][]string) (*reply, error) {
	var r *reply
	var err error
	if path := m.call.http.URL.Path; !m.ofLocal {
		r, err = m.call.fetch(path, query)
	} else {
		if m.ends.IsZero() {
			m.ends = time.Now().Add(m.call.emulator.ListTimeout)
		}
		r, err = m.call.fetchInTime(path, query, time.Until(m.ends))
	}
	switch {
	case errors.Is(err, errNotSent):
		return nil, nil // the caller sees the local items
	case r != nil && r.missed && !r.among:
		return nil, nil
	}
	return r, err
}

// leaveOut goes on without next, whose failure is not one of a list that belongs to a local organization or user.
func (m *mergedList) leaveOut(why error) {
	m.leftOut = true
	if !m.merged {
		m.call.source = source.Emulator
	}
	var answered relayed
	if errors.As(why, &answered) {
		why = fmt.Errorf("the status is %d", answered.status)
	}
	m.call.emulator.Logger.Warn("next failed: the list of a local owner has its local items only", zap.Stringer("route", m.call.route), zap.Error(why))
}

// parse decodes a page of next's. Of one that holds the cursor, as an upstream may give that takes no notice of it, only what
// is beyond that counts.
func (m *mergedList) parse(r *reply, from, way string) (upstreamPage, error) {
	if r.status != http.StatusOK {
		return upstreamPage{}, fmt.Errorf("the status is %d", r.status)
	}
	if err := r.decode(); err != nil {
		return upstreamPage{}, err
	}
	if err := limits.CheckDepth(r.body); err != nil { // gjson recurses without a bound
		return upstreamPage{}, err
	}
	data := gjson.GetBytes(r.body, "data")
	if !gjson.ValidBytes(r.body) || !data.IsArray() {
		return upstreamPage{}, errors.New("the body is not a list")
	}
	list, got := data.Array(), upstreamPage{cursor: gjson.GetBytes(r.body, "list_metadata."+way).String(), opaque: true}
	if way == "before" {
		slices.Reverse(list)
	}
	for i, element := range list {
		id := element.Get("id").String()
		switch {
		case id == "":
			return upstreamPage{}, errors.New("an item has no id")
		case id == from && i == len(list)-1:
			return upstreamPage{}, nil // its own cursor leads back
		case id == from:
			got.items, got.hidden = nil, ""
		case !m.hides(id):
			got.items = append(got.items, item{id, []byte(element.Raw), true})
		case got.hidden == "":
			got.hidden = id
		}
		got.opaque = got.opaque && id != got.cursor
	}
	return got, nil
}

// hides tells whether a local item hides one of next's with the same id. It is one that was there when the walk began: else
// the walk may have met next's already, or would meet neither. And it is still there, unless the walk has come through the
// local items, where it may have met it.
func (m *mergedList) hides(id string) bool {
	local := m.presence(id, m.note.Walk)
	return local.Then && (local.Now || m.localFirst())
}
