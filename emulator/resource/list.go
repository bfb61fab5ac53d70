package resource

import (
	"errors"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/merge"
	"github.com/caddy-workos/caddy-workos/store"
)

// list answers with a page of a merged list. page reads the local items. ofLocal says that the list belongs to a local organization or
// user, which the upstream may not know.
func (k kind[Row, Wire]) list(
	s *Service, r *api.Request, q *api.Query, ofLocal bool, page func(store.Page) (store.List[Row], error),
) (api.Answer, error) {
	p := q.Page()
	if err := q.Err(); err != nil {
		return api.Answer{}, err
	}
	return s.Lists.Answer(r, q.Values, p, merge.Local{
		Page:     func(p store.Page) (merge.Span, error) { return k.span(page(p)) },
		Presence: func(id string, at store.Moment) store.Presence { return k.table.Presence(r.View, id, at) },
		OfLocal:  ofLocal,
	})
}

// span encodes a page of rows for merge.
func (k kind[Row, Wire]) span(rows store.List[Row], err error) (merge.Span, error) {
	if err != nil {
		return merge.Span{}, err
	}
	s := merge.Span{Before: rows.Before != "", After: rows.After != ""}
	for _, row := range rows.Items {
		encoded, err := api.EncodeJSON(k.wire(row))
		if err != nil {
			return merge.Span{}, err
		}
		item := merge.Item{ID: k.table.Meta(&row).ID, JSON: encoded}
		if k.itemID != nil {
			item.ID = k.itemID(row)
		}
		s.Items = append(s.Items, item)
	}
	return s, nil
}

// listBody is a page of a list that is not merged.
type listBody[Wire any] struct {
	Object   string      `json:"object"`
	Data     []Wire      `json:"data"`
	Metadata api.Cursors `json:"list_metadata"`
}

// localList answers with a page of a list that the upstream has no part in: that of what belongs to a local user.
func (k kind[Row, Wire]) localList(r *api.Request, q *api.Query, page func(store.Page) (store.List[Row], error)) (api.Answer, error) {
	p := q.Page()
	if err := q.Err(); err != nil {
		return api.Answer{}, err
	}
	rows, err := page(p.Page)
	if errors.Is(err, store.ErrCursor) {
		err = p.UnknownCursor()
	}
	if err != nil {
		return api.Answer{}, err
	}
	body := listBody[Wire]{Object: "list", Data: []Wire{}, Metadata: p.Cursors(rows.Before, rows.After)}
	for _, row := range rows.Items {
		body.Data = append(body.Data, k.wire(row))
	}
	return api.OK(body)
}
