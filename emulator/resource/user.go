package resource

import (
	"cmp"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/store"
)

// User is WorkOS's `user` (LOGIN.md §5). All members are always there.
type User struct {
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
	LastSignInAt      api.Timestamp     `json:"last_sign_in_at"`
	Locale            *string           `json:"locale"`
	CreatedAt         api.Timestamp     `json:"created_at"`
	UpdatedAt         api.Timestamp     `json:"updated_at"`
}

// UserWire returns a user as WorkOS shows it.
func UserWire(u store.User) User {
	return User{
		Object:            "user",
		ID:                u.ID,
		Email:             u.Email,
		EmailVerified:     u.EmailVerified,
		FirstName:         api.OrNull(u.FirstName),
		LastName:          api.OrNull(u.LastName),
		Name:              api.OrNull(cmp.Or(u.Name, strings.TrimSpace(u.FirstName+" "+u.LastName))),
		ProfilePictureURL: api.OrNull(u.ProfilePictureURL),
		ExternalID:        api.OrNull(u.ExternalID),
		Metadata:          orEmpty(u.Metadata),
		LastSignInAt:      api.Timestamp(u.LastSignInAt),
		Locale:            api.OrNull(u.Locale),
		CreatedAt:         api.Timestamp(u.CreatedAt),
		UpdatedAt:         api.Timestamp(u.UpdatedAt),
	}
}

var userKind = kind[store.User, User]{
	name: "User", table: store.Users, find: store.Users.Get, wire: UserWire,
}

func users(s *Service) api.Group {
	h := userHandler{s}
	byExternalID := userKind
	byExternalID.find = (*store.Txn).UserByExternalID
	return api.Group{
		Name: "users",
		Routes: []api.Route{
			{Method: "GET", Pattern: "/user_management/users", Rule: api.Listed, Serve: h.list},
			byExternalID.getRoute("/user_management/users/external_id/{id}"),
			userKind.getRoute("/user_management/users/{id}"),
		},
		NotEmulated: []api.Route{
			{Method: "POST", Pattern: "/user_management/users"},
			{Method: "PUT", Pattern: "/user_management/users/{id}"},
			{Method: "DELETE", Pattern: "/user_management/users/{id}"},
		},
	}
}

type userHandler struct{ *Service }

// list answers with a page of users. The emulator has no memberships, so no local user is in an organization.
func (h userHandler) list(r *api.Request) (api.Answer, error) {
	q := r.Query()
	email, organization := q.One("email"), cmp.Or(q.One("organization_id"), q.One("organization"))
	var match func(store.User) bool
	if email != "" || organization != "" {
		match = func(u store.User) bool { return organization == "" && strings.EqualFold(u.Email, email) }
	}
	return userKind.list(h.Service, r, q, organization != "" && organizationOwns(r.View, organization), func(p store.Page) (store.List[store.User], error) { return store.Users.Page(r.View, p, match) })
}
