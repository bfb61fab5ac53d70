package emulator

import (
	"errors"
	"net/http"
	"regexp"

	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/store"
)

// newMeta makes the id and times of a new row.
func (c *call) newMeta(prefix string) (store.Meta, error) {
	newID, err := id.New(prefix, c.now, c.emulator.Random)
	return store.Meta{ID: newID, CreatedAt: c.now, UpdatedAt: c.now}, err
}

func created201(body any) (answer, error) { return answer{status: http.StatusCreated, body: body}, nil }

// requireOrganization returns a 404 for an organization that exists on neither side.
func (c *call) requireOrganization(organizationID string) error {
	if _, ok := store.Organizations.Get(c.txn, organizationID); ok {
		return nil
	}
	return c.requireUpstream("/organizations/", organizationID, errEntityNotFound("Organization", organizationID))
}

// requireUser returns a 404 for a user that exists on neither side.
func (c *call) requireUser(userID string) error {
	if _, ok := store.Users.Get(c.txn, userID); ok {
		return nil
	}
	return c.requireUpstream("/user_management/users/", userID, errEntityNotFound("User", userID))
}

// insert adds what a request creates, in the transaction that makes sure of its owners: an organization or user that was
// local when the request came, and has been deleted since, owns nothing. Either id may be empty.
func (c *call) insert(organizationID, userID string, insert func(*store.Txn) error) error {
	return c.emulator.Store.Update(func(tx *store.Txn) error {
		if _, was := store.Users.Get(c.txn, userID); was {
			if _, is := store.Users.Get(tx, userID); !is {
				return errEntityNotFound("User", userID)
			}
		}
		if _, was := store.Organizations.Get(c.txn, organizationID); was {
			if _, is := store.Organizations.Get(tx, organizationID); !is {
				return errEntityNotFound("Organization", organizationID)
			}
		}
		return insert(tx)
	})
}

// organizationOwns tells whether an organization is local, or is the owner of anything that is: its lists belong here.
func (c *call) organizationOwns(organizationID string) bool {
	_, local := store.Organizations.Get(c.txn, organizationID)
	return local || c.txn.HasOrganizationAPIKey(organizationID) || c.txn.HasOrganizationApplication(organizationID)
}

// userOwns is organizationOwns for a user.
func (c *call) userOwns(userID string) bool {
	_, local := store.Users.Get(c.txn, userID)
	return local || c.txn.HasUserAPIKey(userID)
}

// pathSafe is what an id must be to stand in a path: it comes from the caller, and next is asked for it with the real key.
var pathSafe = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// requireUpstream asks next for what is not local. Its refusal is relayed; where nobody answers, it is unknown.
func (c *call) requireUpstream(folder, id string, unknown error) error {
	if !pathSafe.MatchString(id) || c.emulator.Secrets.Within(id) {
		return unknown
	}
	r, err := c.fetch(folder+id, nil)
	c.source = source.Emulator // what is created is local
	switch {
	case errors.Is(err, errNotSent):
		return errUnauthorized() // this caller's key may not be passed on
	case err != nil:
		return err
	case r == nil:
		return unknown
	case r.status != http.StatusOK:
		return relayed{r}
	}
	return nil
}
