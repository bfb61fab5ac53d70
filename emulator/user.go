package emulator

import (
	"strings"

	"github.com/caddy-workos/caddy-workos/store"
)

// userBody is WorkOS's `user`.
type userBody struct {
	Object            string            `json:"object"`
	ID                string            `json:"id"`
	Email             string            `json:"email"`
	EmailVerified     bool              `json:"email_verified"`
	FirstName         *string           `json:"first_name"`
	LastName          *string           `json:"last_name"`
	Name              *string           `json:"name"`
	ProfilePictureURL *string           `json:"profile_picture_url"`
	ExternalID        *string           `json:"external_id"`
	Metadata          map[string]string `json:"metadata"`
	LastSignInAt      *timestamp        `json:"last_sign_in_at"`
	Locale            *string           `json:"locale"`
	CreatedAt         timestamp         `json:"created_at"`
	UpdatedAt         timestamp         `json:"updated_at"`
}

func userWire(u store.User) userBody {
	return userBody{
		Object:        "user",
		ID:            u.ID,
		Email:         u.Email,
		EmailVerified: u.EmailVerified,
		FirstName:     pointer(u.FirstName),
		LastName:      pointer(u.LastName),
		Name:          pointer(firstOf(u.Name, strings.TrimSpace(u.FirstName+" "+u.LastName))),
		ExternalID:    pointer(u.ExternalID),
		Metadata:      orEmpty(u.Metadata),
		CreatedAt:     timestamp(u.CreatedAt),
		UpdatedAt:     timestamp(u.UpdatedAt),
	}
}

func (c *call) userIsLocal() (bool, error) {
	_, ok := store.Users.Get(c.txn, c.param())
	return ok, nil
}

func (c *call) externalUserIsLocal() (bool, error) {
	_, ok := c.txn.UserByExternalID(c.param())
	return ok, nil
}

func (c *call) getUser() (answer, error) {
	u, found := store.Users.Get(c.txn, c.param())
	if !found {
		return notFound("User")(c)
	}
	return ok(userWire(u))
}

func (c *call) getUserByExternalID() (answer, error) {
	u, found := c.txn.UserByExternalID(c.param())
	if !found {
		return notFound("User")(c)
	}
	return ok(userWire(u))
}

// listUsers lists users. The seed knows no memberships, so no local user is in an organization.
func (c *call) listUsers() (answer, error) {
	q := c.query()
	email, organization := q.one("email"), firstOf(q.one("organization_id"), q.one("organization"))
	var match func(store.User) bool
	if email != "" || organization != "" {
		match = func(u store.User) bool { return organization == "" && strings.EqualFold(u.Email, email) }
	}
	return answerList(c, q, collection[store.User, userBody]{
		page:     func(p store.Page) (store.List[store.User], error) { return store.Users.Page(c.txn, p, match) },
		wire:     userWire,
		id:       func(u store.User) string { return u.ID },
		presence: func(id string, at store.Moment) store.Presence { return store.Users.Presence(c.txn, id, at) },
		ofLocal:  organization != "" && c.organizationOwns(organization),
	})
}
