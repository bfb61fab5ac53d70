package session

import (
	"slices"

	"github.com/caddy-workos/caddy-workos/store"
)

// Clients are the client IDs of an environment.
type Clients struct {
	// IDs are the configured ones. Where there are none, every client ID is known.
	IDs []string
}

// Known reports whether there is a client ID: a configured one, or the client_id or the audience of a Connect application.
func (c Clients) Known(tx *store.Txn, clientID string) bool {
	switch {
	case clientID == "":
		return false
	case len(c.IDs) == 0 || slices.Contains(c.IDs, clientID):
		return true
	}
	if _, ok := tx.ApplicationByClientID(clientID); ok {
		return true
	}
	return slices.ContainsFunc(store.Applications.All(tx), func(a store.Application) bool { return a.Audience == clientID })
}
