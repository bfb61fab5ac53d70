package resource

import (
	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/merge"
	"github.com/caddy-workos/caddy-workos/store"
)

// collection is the local side of a list.
type collection[Row, Wire any] struct {
	page     func(store.Page) (store.List[Row], error)
	wire     func(Row) Wire
	id       func(Row) string
	presence func(id string, at store.Moment) store.Presence
	// ofLocal tells that the list belongs to a local organization or user, of which the upstream need not know.
	ofLocal bool
}

// list answers with the page of a list that the query asks for.
func list[Row, Wire any](s *Service, r *api.Request, q *api.Query, c collection[Row, Wire]) (api.Answer, error) {
	p := q.Page()
	if err := q.Err(); err != nil {
		return api.Answer{}, err
	}
	return s.Lists.Answer(r, q.Values, p, merge.Local{Page: c.span, Presence: c.presence, OfLocal: c.ofLocal})
}

// span reads a page from the store.
func (c collection[Row, Wire]) span(p store.Page) (merge.Span, error) {
	rows, err := c.page(p)
	if err != nil {
		return merge.Span{}, err
	}
	s := merge.Span{Before: rows.Before != "", After: rows.After != ""}
	for _, row := range rows.Items {
		encoded, err := api.EncodeJSON(c.wire(row))
		if err != nil {
			return merge.Span{}, err
		}
		s.Items = append(s.Items, merge.Item{ID: c.id(row), JSON: encoded})
	}
	return s, nil
}
