package resource

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"

	"github.com/tidwall/gjson"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
	"github.com/caddy-workos/caddy-workos/store"
)

// requireOrganization returns a 404 for an organization that neither side knows.
func (s *Service) requireOrganization(r *api.Request, organizationID string) error {
	if _, ok := store.Organizations.Get(r.View, organizationID); ok {
		return nil
	}
	return s.requireUpstream(r, organizationPath, organizationID, api.NotFound("Organization", organizationID))
}

// requireUser returns a 404 for a user that neither side knows.
func (s *Service) requireUser(r *api.Request, userID string) error {
	if _, ok := store.Users.Get(r.View, userID); ok {
		return nil
	}
	return s.requireUpstream(r, userPath, userID, api.NotFound("User", userID))
}

// insert inserts what a request creates. In the same transaction, it checks the owners: an owner that was local when the request came,
// and has been deleted since, is a 404. Either id may be empty.
func (s *Service) insert(r *api.Request, organizationID, userID string, insert func(*store.Txn) error) error {
	return s.Store.Update(func(tx *store.Txn) error {
		if _, was := store.Users.Get(r.View, userID); was {
			if _, is := store.Users.Get(tx, userID); !is {
				return api.NotFound("User", userID)
			}
		}
		if _, was := store.Organizations.Get(r.View, organizationID); was {
			if _, is := store.Organizations.Get(tx, organizationID); !is {
				return api.NotFound("Organization", organizationID)
			}
		}
		return insert(tx)
	})
}

// organizationOwns reports whether an organization is local, or owns anything local. Then its lists belong to the emulator.
func organizationOwns(tx *store.Txn, organizationID string) bool {
	return store.Organizations.Has(tx, organizationID) || store.Organizations.HasOwned(tx, organizationID)
}

// userOwns is organizationOwns for a user.
func userOwns(tx *store.Txn, userID string) bool {
	return store.Users.Has(tx, userID) || store.Users.HasOwned(tx, userID)
}

// pathSafe is the form of an id that may be put into a path. The id comes from the caller, and the request has the real key.
var pathSafe = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// maySend reports whether an id of the caller's may be in the path of a request to the upstream.
func (s *Service) maySend(id string) bool {
	return pathSafe.MatchString(id) && !s.Keys.Secrets().Within(id)
}

// upstreamUser returns the id and the address of the upstream's user who has an address. It is empty where there is none, or the upstream
// does not answer. get is a method of upstream.Client.
func (s *Service) upstreamUser(email string, get func(path string, query url.Values) (*upstream.Reply, error)) (store.User, error) {
	reply, err := get(usersPath, url.Values{"email": {email}})
	switch {
	case errors.Is(err, upstream.ErrNoAccess), err == nil && (reply == nil || reply.Missed && !reply.Among):
		return store.User{}, nil
	case err != nil:
		return store.User{}, err
	case reply.Status != http.StatusOK:
		return store.User{}, &upstream.Relayed{Reply: reply}
	}
	content, err := reply.Body()
	if err != nil || limits.CheckDepth(content) != nil || !gjson.ValidBytes(content) {
		return store.User{}, nil
	}
	for _, user := range gjson.GetBytes(content, "data").Array() {
		found := store.User{Meta: store.Meta{ID: user.Get("id").String()}, Email: user.Get("email").String()}
		if store.SameEmail(found.Email, email) && s.maySend(found.ID) {
			return found, nil
		}
	}
	return store.User{}, nil
}

// requireUpstream asks the upstream for a resource that is not local. It returns unknown where the upstream does not answer. An answer
// with another status than 200 is relayed.
func (s *Service) requireUpstream(r *api.Request, folder, id string, unknown error) error {
	if !s.maySend(id) {
		return unknown
	}
	reply, err := r.Upstream.Get(folder+id, nil)
	switch {
	case errors.Is(err, upstream.ErrNoAccess):
		return api.Unauthorized() // this caller's key may not be exchanged for the real one
	case err != nil:
		return err
	case reply == nil:
		return unknown
	case reply.Status != http.StatusOK:
		return &upstream.Relayed{Reply: reply}
	}
	s.objects.keep(r, folder+id, id, reply)
	return nil
}
