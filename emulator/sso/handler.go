// Package sso answers the endpoints of the SSO API that have no page (LOGIN.md §7): the exchange of a code for a profile, and the profile
// itself. Package authorize has GET /sso/authorize.
package sso

import (
	"io"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/store"
)

// Handler answers the endpoints. All fields are required.
type Handler struct {
	// Store has the connections and their profiles, and the codes.
	Store *store.Store
	// Keys are the API keys, which are client secrets here.
	Keys *guard.Keys
	// Clients are the client IDs of the environment.
	Clients session.Clients
	// Random is the source of access tokens.
	Random io.Reader
}

// Group returns the endpoints.
func (h *Handler) Group() api.Group {
	return api.Group{
		Name: "sso",
		Routes: []api.Route{
			{Method: "POST", Pattern: "/sso/token", Rule: api.ByCredentials, Local: isLocalCode, Serve: h.token, Unanswered: h.token},
			{Method: "GET", Pattern: "/sso/profile", Rule: api.ByCredentials, Local: isLocalToken, Serve: h.profile, Unanswered: unauthorized},
		},
	}
}
