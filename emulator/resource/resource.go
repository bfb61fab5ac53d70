// Package resource answers the endpoints of the API's resources, such as organizations and API keys. Each kind of resource has a file
// with its wire type, its routes and its handlers. groups.go lists the kinds.
package resource

import (
	"errors"
	"io"
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/merge"
	"github.com/caddy-workos/caddy-workos/emulator/scan"
	"github.com/caddy-workos/caddy-workos/store"
)

// Service has what the handlers need. All exported fields but CreateLocal are required.
type Service struct {
	// Store has the resources.
	Store *store.Store
	// Keys has the local secrets and API keys.
	Keys *guard.Keys
	// Lists merges lists with those of the upstream.
	Lists merge.Lists
	// Random is the source of ids and secrets.
	Random io.Reader
	// Logger tells of emails that would have been sent.
	Logger *zap.Logger
	// CreateLocal makes organizations and users be created here where there is an upstream too.
	CreateLocal bool

	objects foreignObjects
}

// requiredText reads the one member of a request's body, a string that must be there.
func requiredText(r *api.Request, member string) (string, error) {
	in, err := r.Input()
	if err != nil {
		return "", err
	}
	value := in.RequiredText(member)
	return value, in.Err()
}

// newMeta returns the id and the times of a new row.
func (s *Service) newMeta(r *api.Request, prefix string) (store.Meta, error) {
	newID, err := id.New(prefix, r.Now, s.Random)
	return store.Meta{ID: newID, CreatedAt: r.Now, UpdatedAt: r.Now}, err
}

// guardSecret makes a password or the secret of a second factor known as a local one, by the rule for passwords of the seed: a short one may
// be that of a real user too.
func (s *Service) guardSecret(text string) {
	if scan.IsLong(text) {
		s.Keys.Secrets().Add(text)
	}
}

// kind describes one kind of resource: its name in errors, its table, how the id in a path is looked up, and its wire type.
type kind[Row, Wire any] struct {
	name  string
	table *store.Table[Row]
	find  func(tx *store.Txn, id string) (Row, bool)
	wire  func(Row) Wire
	// itemID is the id of a row in lists, and their cursor. Default: the row's own.
	itemID func(Row) string
}

// isLocal reports whether the resource that the path names is in the store.
func (k kind[Row, Wire]) isLocal(r *api.Request) (bool, error) {
	_, ok := k.find(r.View, r.Param())
	return ok, nil
}

// get answers with the resource that the path names.
func (k kind[Row, Wire]) get(r *api.Request) (api.Answer, error) {
	row, found := k.find(r.View, r.Param())
	if !found {
		return k.notFound(r)
	}
	return api.OK(k.wire(row))
}

// notFound is the 404 for the resource that the path names.
func (k kind[Row, Wire]) notFound(r *api.Request) (api.Answer, error) {
	return api.Answer{}, api.NotFound(k.name, r.Param())
}

// change runs a write transaction about the resource that the path names. It turns store.ErrNotFound into a 404.
func (k kind[Row, Wire]) change(s *Service, r *api.Request, write func(*store.Txn) error) error {
	err := s.Store.Update(write)
	if errors.Is(err, store.ErrNotFound) {
		return api.NotFound(k.name, r.Param())
	}
	return err
}

// remove returns a handler that deletes the resource that the path names, and answers with a status and no body.
func (k kind[Row, Wire]) remove(s *Service, status int, remove func(tx *store.Txn, id string) error) api.Handler {
	return func(r *api.Request) (api.Answer, error) {
		err := k.change(s, r, func(tx *store.Txn) error { return remove(tx, r.Param()) })
		if err != nil {
			return api.Answer{}, err
		}
		return api.Empty(status)
	}
}

// deletedElsewhere is for [api.Route.PassingOn]: remove deletes what is local and goes with a resource that the upstream has deleted.
func (k kind[Row, Wire]) deletedElsewhere(s *Service, remove func(tx *store.Txn, id string, now time.Time) error) func(*api.Request) func() {
	return func(r *api.Request) func() {
		return func() {
			if err := s.Store.Update(func(tx *store.Txn) error { return remove(tx, r.Param(), r.Now) }); err != nil {
				s.Logger.Error("what goes with a deleted resource of the upstream was not deleted", zap.String("kind", k.name), zap.Error(err))
			}
		}
	}
}

// getRoute returns the route that answers with one resource.
func (k kind[Row, Wire]) getRoute(pattern string) api.Route {
	return k.byID(http.MethodGet, pattern, k.get)
}

// byID returns a route about the resource that the path names.
func (k kind[Row, Wire]) byID(method, pattern string, serve api.Handler) api.Route {
	return api.Route{Method: method, Pattern: pattern, Rule: api.ByID, Local: k.isLocal, Serve: serve, Unanswered: k.notFound}
}

// creation returns the route that creates an organization or a user. They are created upstream where there is one, unless CreateLocal is
// set.
func (s *Service) creation(pattern string, create api.Handler) api.Route {
	rule := api.LastResort
	if s.CreateLocal {
		rule = api.Creation
	}
	return api.Route{Method: http.MethodPost, Pattern: pattern, Rule: rule, Serve: create, Creates: true, Unanswered: create}
}
