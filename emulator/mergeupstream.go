package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"

	"github.com/caddy-workos/caddy-workos/store"
)

// upstreamList is a list as next sends it. Its items are passed on as they are.
type upstreamList struct {
	Data     []json.RawMessage `json:"data"`
	Metadata struct {
		Before *string `json:"before"`
		After  *string `json:"after"`
	} `json:"list_metadata"`
}

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
	var list upstreamList
	if r.status != http.StatusOK {
		return upstreamPage{}, fmt.Errorf("the status is %d", r.status)
	}
	if err := r.decode(); err != nil {
		return upstreamPage{}, err
	}
	if err := json.Unmarshal(r.body, &list); err != nil || list.Data == nil {
		return upstreamPage{}, errors.New("the body is not a list")
	}
	back := p.Before != ""
	end := list.Metadata.After
	if back {
		end = list.Metadata.Before
	}
	got := upstreamPage{more: end != nil && *end != ""}
	if got.more {
		got.cursor = *end
	}
	if extra := len(list.Data) - p.Limit; extra > 0 {
		if back {
			list.Data = list.Data[extra:]
		} else {
			list.Data = list.Data[:p.Limit]
		}
		got.more, got.cursor = true, ""
	}
	ids := make([]string, 0, len(list.Data))
	for _, raw := range list.Data {
		var element struct {
			ID string `json:"id"`
		}
		if json.Unmarshal(raw, &element) != nil || element.ID == "" {
			return upstreamPage{}, errors.New("an item has no id")
		}
		ids = append(ids, element.ID)
		if !m.holds(element.ID) {
			got.items = append(got.items, item{element.ID, raw})
		}
	}
	if got.more && len(ids) == 0 {
		return upstreamPage{}, errors.New("a page is empty, but not the last")
	}
	if got.more && got.cursor == "" {
		got.cursor = ids[len(ids)-1]
		if back {
			got.cursor = ids[0]
		}
	}
	return got, nil
}
