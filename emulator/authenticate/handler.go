// Package authenticate answers POST /user_management/authenticate (LOGIN.md §2) and the device authorization that leads to it (§8): it
// turns a proof of who somebody is into a session.
package authenticate

import (
	"errors"
	"io"
	"maps"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

// Handler answers the endpoints. All fields are required but the last three.
type Handler struct {
	Store    *store.Store
	Keys     *guard.Keys
	Sessions *session.Sessions
	SignIn   *signin.Service
	// Random is the source of ids and codes.
	Random io.Reader
	Logger *zap.Logger

	// DevicesHere answers every device authorization here. Otherwise, only those that the next handler does not answer.
	DevicesHere bool
	// FirstUser approves devices at once, for the first user.
	FirstUser bool
	// OrganizationNames returns a function that returns the name of an organization of the upstream, or nothing where it is not known.
	OrganizationNames func(*api.Request) func(organizationID string) string
}

// Group returns the endpoints.
func (h *Handler) Group() api.Group {
	route := func(pattern string, local func(*api.Request) (bool, error), serve api.Handler) api.Route {
		return api.Route{
			Method: "POST", Pattern: pattern, Rule: api.ByCredentials, Local: local, Serve: withoutStore(serve), Unanswered: withoutStore(serve),
		}
	}
	return api.Group{Name: "login", Routes: []api.Route{
		route("/user_management/authenticate", h.isLocal, h.authenticate),
		route("/x/authkit/users/authenticate", h.isLocal, h.authenticate), // the address that authkit-js uses
		route("/user_management/authorize/device", h.deviceIsLocal, h.authorizeDevice),
	}}
}

// withoutStore makes every answer of a handler one that no cache may store, as it may have a token.
func withoutStore(serve api.Handler) api.Handler {
	return func(r *api.Request) (api.Answer, error) {
		a, err := serve(r)
		var problem *api.Problem
		var refused *api.OAuthError
		switch {
		case errors.As(err, &problem), errors.As(err, &refused):
			a = api.AnswerTo(err, false)
		case err != nil:
			return a, err
		}
		header := api.NoStore()
		maps.Copy(header, a.Header)
		a.Header = header
		return a, nil
	}
}
