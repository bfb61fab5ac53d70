package merge

import "github.com/caddy-workos/caddy-workos/store"

// Local reads the local side of a list.
type Local struct {
	// Page returns a part of the local items.
	Page func(store.Page) (Span, error)
	// Presence returns when a local item with an id was in the store. It hides an upstream item with the same id.
	Presence func(id string, at store.Moment) store.Presence
	// OfLocal is set for a list that belongs to a local organization or user, which the upstream may not know.
	OfLocal bool
}

// Span is a part of the local items, in the order of the list.
type Span struct {
	Items         []Item
	Before, After bool // there are more local items before or after these
}

// Item is an element of a list.
type Item struct {
	ID   string
	JSON []byte

	upstream bool // it comes from the upstream
}
