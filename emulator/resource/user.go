package resource

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/merge"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
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
	creation := s.creation("/user_management/users", h.create)
	creation.PassingOn = h.createdElsewhere
	deletion := userKind.byID("DELETE", "/user_management/users/{id}", userKind.remove(s, http.StatusOK, store.Users.Delete)) // 200, as in production
	deletion.PassingOn = userKind.deletedElsewhere(s, func(tx *store.Txn, id string, _ time.Time) error { return tx.DeleteMembershipsOfUser(id) })
	byExternalID := userKind
	byExternalID.find = (*store.Txn).UserByExternalID
	return api.Group{
		Name: "users",
		Routes: slices.Concat([]api.Route{
			{Method: "GET", Pattern: "/user_management/users", Rule: api.Listed, Serve: h.list},
			creation,
			byExternalID.getRoute("/user_management/users/external_id/{id}"),
			userKind.getRoute("/user_management/users/{id}"),
			userKind.byID("PUT", "/user_management/users/{id}", h.update),
			deletion,
			userKind.byID("GET", "/user_management/users/{id}/identities", h.identities),
		}, magicAuthRoutes(s), emailVerificationRoutes(s), passwordResetRoutes(s), factorRoutes(s), challengeRoutes(s)),
		NotEmulated: []api.Route{
			{Method: "POST", Pattern: "/user_management/users/{id}/email_change/send"},
			{Method: "POST", Pattern: "/user_management/users/{id}/email_change/confirm"},
			{Method: "POST", Pattern: "/auth/factors/enroll"},
		},
	}
}

type userHandler struct{ *Service }

// list answers with a page of users.
func (h userHandler) list(r *api.Request) (api.Answer, error) {
	q := r.Query()
	email, organization := q.One("email"), cmp.Or(q.One("organization_id"), q.One("organization"))
	if organization != "" {
		return h.listMembers(r, q, organization, email)
	}
	var match func(store.User) bool
	if email != "" {
		match = func(u store.User) bool { return store.SameEmail(u.Email, email) }
	}
	return userKind.list(h.Service, r, q, false, func(p store.Page) (store.List[store.User], error) {
		if email != "" && p.After == "" && p.Before == "" && p.Walk == r.View.Moment() { // a walk that begins
			return usersByEmail(r.View, email), nil
		}
		return store.Users.Page(r.View, p, match)
	})
}

// listMembers answers with a page of the active members of an organization, in the order in which they became members. One who is not local
// is looked up in the upstream.
func (h userHandler) listMembers(r *api.Request, q *api.Query, organization, email string) (api.Answer, error) {
	p := q.Page()
	if err := q.Err(); err != nil {
		return api.Answer{}, err
	}
	of := h.references(r)
	members := kind[store.Membership, any]{
		table:  membershipKind.table,
		wire:   func(m store.Membership) any { return membershipUser(r.View, of, m) },
		itemID: func(m store.Membership) string { return m.UserID },
	}
	theirs := sync.OnceValue(func() string { // the upstream's user with the address
		user, _ := h.upstreamUser(email, func(path string, query url.Values) (*upstream.Reply, error) {
			return r.Upstream.GetWithin(path, query, h.Lists.Timeout/2)
		})
		return user.ID
	})
	match := func(m store.Membership) bool {
		if m.Status != store.ActiveMembership || email == "" {
			return m.Status == store.ActiveMembership
		}
		if u, ok := store.Users.Get(r.View, m.UserID); ok {
			return store.SameEmail(u.Email, email)
		}
		return m.UserID == theirs()
	}
	return h.Lists.Answer(r, q.Values, p, merge.Local{
		Page:     func(p store.Page) (merge.Span, error) { return members.span(r.View.MemberPage(organization, p, match)) },
		Presence: func(id string, at store.Moment) store.Presence { return r.View.MemberPresence(id, organization, at) },
		OfLocal:  organizationOwns(r.View, organization),
	})
}

// usersByEmail is the first page of the users with an address, of whom there is one at most. It does not read the others.
func usersByEmail(tx *store.Txn, email string) store.List[store.User] {
	user, found := tx.UserByEmail(email)
	if !found {
		return store.List[store.User]{}
	}
	return store.List[store.User]{Items: []store.User{user}}
}

// identityBody is an account at an OAuth provider. The answer is a bare array of them (LOGIN.md §5).
type identityBody struct {
	IdPID    string `json:"idp_id"`
	Type     string `json:"type"`
	Provider string `json:"provider"`
}

func (h userHandler) identities(r *api.Request) (api.Answer, error) {
	user, found := store.Users.Get(r.View, r.Param())
	if !found {
		return userKind.notFound(r)
	}
	body := []identityBody{}
	for _, i := range user.Identities {
		body = append(body, identityBody{IdPID: i.IdPID, Type: "OAuth", Provider: i.Provider})
	}
	return api.OK(body)
}
