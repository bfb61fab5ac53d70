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

// AnswerWhole answers a request for a merged list without pages: the local items in their order, then those of the upstream. A local
// item hides an upstream item with the same value of member, such as `slug`. The error is one of package upstream.
func (l Lists) AnswerWhole(r *api.Request, member string, local []Item) (api.Answer, error) {
	query := r.Query()
	if err := query.Err(); err != nil {
		return api.Answer{}, err
	}
	misses := r.Upstream.CountMisses()
	theirs, merged, err := wholeUpstream(r, query, member)
	misses.Decide(err == nil) // a list of the local items alone is an answer
	if err != nil {
		return api.Answer{}, err
	}
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

// wholeUpstream returns the upstream's items, and reports whether it has answered.
func wholeUpstream(r *api.Request, query *api.Query, member string) (items []Item, answered bool, err error) {
	reply, err := r.Upstream.Get(r.Path(), query.Values)
	switch {
	case errors.Is(err, upstream.ErrNoAccess):
		return nil, false, nil // the caller sees the local items
	case err != nil:
		return nil, false, err
	case reply == nil || reply.Missed && !reply.Among:
		return nil, false, nil
	case reply.Missed || reply.Status >= http.StatusBadRequest:
		return nil, false, &upstream.Relayed{Reply: reply}
	}
	if items, err = parseWhole(reply, member); err != nil {
		r.Upstream.Warn("the upstream's answer is not a list that can be merged: it was relayed", err)
		return nil, false, &upstream.Relayed{Reply: reply}
	}
	return items, true, nil
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
