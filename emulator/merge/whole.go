package merge

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/tidwall/gjson"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
)

// Whole is a merged list without pages.
type Whole struct {
	// Path is where the upstream has its items.
	Path string
	// Member is the member by which a local item hides one of the upstream, such as `slug`.
	Member string
	// Items are the local items, with the value of that member as their ID.
	Items []Item
	// OfLocal is set for a list that belongs to a local organization: see [Local].
	OfLocal bool
}

// AnswerWhole answers a request for a merged list without pages: the local items in their order, then those of the upstream. The error
// is one of package upstream.
func (l Lists) AnswerWhole(r *api.Request, w Whole) (api.Answer, error) {
	query := r.Query()
	if err := query.Err(); err != nil {
		return api.Answer{}, err
	}
	misses := r.Upstream.CountMisses()
	theirs, merged, err := l.wholeUpstream(r, query, w)
	misses.Decide(err == nil) // a list of the local items alone is an answer
	if err != nil {
		return api.Answer{}, err
	}
	local := w.Items
	isLocal := make(map[string]bool, len(local))
	for _, item := range local {
		isLocal[item.ID] = true
	}
	list := []byte(`{"object":"list","data":[`)
	for i, item := range local {
		list = appendItem(list, i == 0, item)
	}
	for _, item := range theirs {
		if !isLocal[item.ID] {
			list = appendItem(list, list[len(list)-1] == '[', item)
		}
	}
	a := api.Answer{Status: http.StatusOK, Raw: append(list, `]}`...)}
	if merged {
		a.Source = source.Merged
	}
	return a, nil
}

// appendItem adds an item to the data of a list.
func appendItem(list []byte, first bool, item Item) []byte {
	if !first {
		list = append(list, ',')
	}
	return append(list, item.JSON...)
}

// wholeUpstream returns the upstream's items, and reports whether it has answered. Where the list belongs to a local organization, a
// failure of the upstream is no error.
func (l Lists) wholeUpstream(r *api.Request, query *api.Query, w Whole) (items []Item, answered bool, err error) {
	var reply *upstream.Reply
	if w.OfLocal {
		reply, err = r.Upstream.GetWithin(w.Path, query.Values, l.Timeout)
	} else {
		reply, err = r.Upstream.Get(w.Path, query.Values)
	}
	switch {
	case errors.Is(err, upstream.ErrNoAccess):
		return nil, false, nil // the caller sees the local items
	case err != nil:
	case reply == nil || reply.Missed && !reply.Among:
		return nil, false, nil
	case reply.Missed:
		return nil, false, &upstream.Relayed{Reply: reply}
	case reply.Status >= http.StatusBadRequest:
		err = &upstream.Relayed{Reply: reply}
	default:
		if items, err = parseWhole(reply, w.Member); err == nil {
			return items, true, nil
		}
		if !w.OfLocal {
			r.Upstream.Warn("the upstream's answer is not a list that can be merged: it was relayed", err)
			err = &upstream.Relayed{Reply: reply}
		}
	}
	if !w.OfLocal || isRefusal(err) {
		return nil, false, err
	}
	warnLeftOut(r, err)
	return nil, false, nil
}

func parseWhole(reply *upstream.Reply, member string) ([]Item, error) {
	if reply.Status != http.StatusOK {
		return nil, fmt.Errorf("the status is %d", reply.Status)
	}
	data, err := listData(reply)
	if err != nil {
		return nil, err
	}
	var items []Item
	for _, element := range data.Get("data").Array() {
		id := element.Get(member).String()
		if id == "" {
			return nil, fmt.Errorf("an item has no %s", member)
		}
		items = append(items, Item{id, []byte(element.Raw), true})
	}
	return items, nil
}

// listData returns the document of a list.
func listData(reply *upstream.Reply) (gjson.Result, error) {
	content, err := reply.Body()
	if err != nil {
		return gjson.Result{}, err
	}
	if err := limits.CheckDepth(content); err != nil { // gjson recurses without a bound
		return gjson.Result{}, err
	}
	document := gjson.ParseBytes(content)
	if !gjson.ValidBytes(content) || !document.Get("data").IsArray() {
		return gjson.Result{}, errors.New("the body is not a list")
	}
	return document, nil
}
