package emulator

import (
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// newMeta makes the id and times of a new row.
func (c *call) newMeta(prefix string) (store.Meta, error) {
	newID, err := id.New(prefix, c.now, c.emulator.Random)
	return store.Meta{ID: newID, CreatedAt: c.now, UpdatedAt: c.now}, err
}

func created201(body any) (answer, error) { return answer{status: http.StatusCreated, body: body}, nil }

// requireOrganization returns a 404 for an organization that does not exist.
func (c *call) requireOrganization(organizationID string) error {
	if _, ok := c.txn.Organization(organizationID); ok {
		return nil
	}
	return errEntityNotFound("Organization", organizationID)
}

// requireUser returns a 404 for a user that does not exist.
func (c *call) requireUser(userID string) error {
	if _, ok := c.txn.User(userID); ok {
		return nil
	}
	return errEntityNotFound("User", userID)
}
