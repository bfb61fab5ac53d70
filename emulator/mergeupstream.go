package emulator

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/store"
)

// maxFetches bounds how many pages of next's are read for one of ours, which is more than one only where local items
// hide some of next's.
const maxFetches = 100

// upstream reads a part of next's list. Where nobody answers it is empty, or store.ErrCursor if a cursor was given.
//
// It looks one item ahead, because what next says of more items counts those that local ones hide as well. Only for the
// largest page it does not: that would be a second request for every page of a long walk.
func (m *mergedList) upstream(p store.Page) (span, error) {
	back, continued := p.Before != "", p.After != ""
	wanted := min(p.Limit+1, maxLimit)
	var items []item
	var more bool
	for range maxFetches {
		got, err := m.fetch(store.Page{Limit: wanted - len(items), Order: p.Order, After: p.After, Before: p.Before})
		if err != nil {
			return span{}, err
		}
		more = got.more
		if back {
			items, p.Before = append(got.items, items...), got.cursor
		} else {
			items, p.After = append(items, got.items...), got.cursor
		}
		if !more || len(items) >= wanted {
			return cut(items, p.Limit, more, back, continued), nil
		}
	}
	return span{}, fmt.Errorf("next's list hides behind local items for more than %d pages", maxFetches)
}

// cut leaves what was read ahead for another page.
func cut(items []item, limit int, more, back, continued bool) span {
	if extra := len(items) - limit; extra > 0 {
		more = true
		if back {
			items = items[extra:]
		} else {
			items = items[:limit]
		}
	}
	if back {
		return span{items: items, before: more, after: true}
	}
	return span{items: items, before: continued, after: more}
}

// upstreamPage is one page of next's, without the items that local ones hide.
type upstreamPage struct {
	items  []item
	more   bool   // there is another page that way
	cursor string // of that page
}

func (m *mergedList) fetch(p store.Page) (upstreamPage, error) {
	query := maps.Clone(m.query)
	for name, value := range map[string]string{
		"limit": strconv.Itoa(p.Limit), "order": string(p.Order), "after": p.After, "before": p.Before,
	} {
		query.Del(name)
		if value != "" {
			query.Set(name, value)
		}
	}
	r, err := m.call.fetch(m.call.http.URL.Path, query)
	if r != nil && r.missed {
		r = nil // nothing was recorded, so nobody answers for the upstream
	}
	if errors.Is(err, errNotSent) {
		r, err = nil, nil // the caller sees the local items
	}
	switch {
	case err != nil:
		return upstreamPage{}, err
	case r == nil && (p.After != "" || p.Before != ""):
		return upstreamPage{}, store.ErrCursor
	case r == nil:
		return upstreamPage{}, nil
	case m.ofLocal && (r.status == http.StatusNotFound || r.status == http.StatusUnprocessableEntity):
		return upstreamPage{}, nil
	case r.status >= http.StatusBadRequest:
		return upstreamPage{}, relayed{r}
	}
	got, err := m.read(r, p)
	if err != nil {
		return upstreamPage{}, m.call.notMerged(r, err)
	}
	return got, nil
}

// read decodes a page of next's. Of one with more items than were asked for, the rest is left for another page.
func (m *mergedList) read(r *reply, p store.Page) (upstreamPage, error) {
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
	back := p.Before != ""
	end := "list_metadata.after"
	if back {
		end = "list_metadata.before"
	}
	list, got := data.Array(), upstreamPage{cursor: gjson.GetBytes(r.body, end).String()}
	got.more = got.cursor != ""
	if extra := len(list) - p.Limit; extra > 0 {
		got.more = true
		if back {
			list = list[extra:]
			got.cursor = list[0].Get("id").String()
		} else {
			list = list[:p.Limit]
			got.cursor = list[p.Limit-1].Get("id").String()
		}
	}
	for _, element := range list {
		id := element.Get("id").String()
		if id == "" {
			return upstreamPage{}, errors.New("an item has no id")
		}
		if !m.holds(id) {
			got.items = append(got.items, item{id, []byte(element.Raw)})
		}
	}
	if got.more && len(list) == 0 {
		return upstreamPage{}, errors.New("a page is empty, but not the last")
	}
	return got, nil
}
