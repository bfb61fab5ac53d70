package resource

import (
	"errors"
	"net/http"
	"regexp"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
	"github.com/caddy-workos/caddy-workos/store"
)

// requireOrganization returns a 404 for an organization that exists on neither side.
func (s *Service) requireOrganization(r *api.Request, organizationID string) error {
	if _, ok := store.Organizations.Get(r.View, organizationID); ok {
		return nil
	}
	return s.requireUpstream(r, "/organizations/", organizationID, api.NotFound("Organization", organizationID))
}

// requireUser returns a 404 for a user that exists on neither side.
func (s *Service) requireUser(r *api.Request, userID string) error {
	if _, ok := store.Users.Get(r.View, userID); ok {
		return nil
	}
	return s.requireUpstream(r, "/user_management/users/", userID, api.NotFound("User", userID))
}

// insert adds what a request creates, in the transaction that makes sure of its owners: an organization or user that was
// local when the request came, and has been deleted since, owns nothing. Either id may be empty.
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

// organizationOwns reports whether an organization is local, or is the owner of anything that is: its lists belong here.
func organizationOwns(tx *store.Txn, organizationID string) bool {
	_, local := store.Organizations.Get(tx, organizationID)
	return local || tx.HasOrganizationAPIKey(organizationID) || tx.HasOrganizationApplication(organizationID)
}

// userOwns is organizationOwns for a user.
func userOwns(tx *store.Txn, userID string) bool {
	_, local := store.Users.Get(tx, userID)
	return local || tx.HasUserAPIKey(userID)
}

// pathSafe is what an id must be to stand in a path: it comes from the caller, and the upstream is asked for it with the real key.
var pathSafe = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// requireUpstream asks the upstream for what is not local. Its refusal is relayed; where it does not answer, it is unknown.
func (s *Service) requireUpstream(r *api.Request, folder, id string, unknown error) error {
	if !pathSafe.MatchString(id) || s.Keys.Secrets().Within(id) {
		return unknown
	}
	reply, err := r.Upstream.Get(folder+id, nil)
	switch {
	case errors.Is(err, upstream.ErrNoAccess):
		return api.Unauthorized() // this caller's key may not be passed on
	case err != nil:
		return err
	case reply == nil:
		return unknown
	case reply.Status != http.StatusOK:
		return &upstream.Relayed{Reply: reply}
	}
	return nil
}
