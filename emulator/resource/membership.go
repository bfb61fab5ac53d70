package resource

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/rolegrant"
	"github.com/caddy-workos/caddy-workos/store"
)

// membershipBody is WorkOS's `organization_membership` (LOGIN.md §6).
type membershipBody struct {
	Object           string                 `json:"object"`
	ID               string                 `json:"id"`
	UserID           string                 `json:"user_id"`
	OrganizationID   string                 `json:"organization_id"`
	OrganizationName string                 `json:"organization_name,omitempty"` // left out where it is not known
	Status           store.MembershipStatus `json:"status"`
	DirectoryManaged bool                   `json:"directory_managed"`
	CustomAttributes map[string]string      `json:"custom_attributes"`
	CreatedAt        api.Timestamp          `json:"created_at"`
	UpdatedAt        api.Timestamp          `json:"updated_at"`
	Role             slugBody               `json:"role"`
	Roles            []slugBody             `json:"roles"`
	User             any                    `json:"user"` // a userBody, or the upstream's JSON
}

// slugBody is a role by its slug.
type slugBody struct {
	Slug string `json:"slug"`
}

// membershipWire returns a membership as it is in tx. A user and an organization that are not local are looked up in the upstream. Of a
// user that is not known there, or not in time, the object has the id, an empty address, and the times of the membership.
func membershipWire(tx *store.Txn, of *references, m store.Membership) membershipBody {
	grant := rolegrant.Of(tx, m)
	body := membershipBody{
		Object:           "organization_membership",
		ID:               m.ID,
		UserID:           m.UserID,
		OrganizationID:   m.OrganizationID,
		Status:           m.Status,
		CustomAttributes: orEmpty(m.CustomAttributes),
		CreatedAt:        api.Timestamp(m.CreatedAt),
		UpdatedAt:        api.Timestamp(m.UpdatedAt),
		Role:             slugBody{grant.Role},
	}
	for _, slug := range grant.Roles {
		body.Roles = append(body.Roles, slugBody{slug})
	}
	if o, ok := store.Organizations.Get(tx, m.OrganizationID); ok {
		body.OrganizationName = o.Name
	} else {
		body.OrganizationName = of.organizationName(m.OrganizationID)
	}
	body.User = membershipUser(tx, of, m)
	return body
}

func membershipUser(tx *store.Txn, of *references, m store.Membership) any {
	if u, ok := store.Users.Get(tx, m.UserID); ok {
		return userKind.wire(u)
	}
	if object := of.object(userPath, m.UserID); object != nil {
		return object
	}
	return userKind.wire(store.User{Meta: store.Meta{ID: m.UserID, CreatedAt: m.CreatedAt, UpdatedAt: m.UpdatedAt}})
}

var _ json.Marshaler = json.RawMessage(nil) // what references.object returns is encoded as it is

// membershipKind has no wire type: that of a membership depends on the request. See [membershipHandler.kind].
var membershipKind = kind[store.Membership, membershipBody]{
	name: "Organization Membership", table: store.Memberships, find: store.Memberships.Get,
}

func memberships(s *Service) api.Group {
	const path = "/user_management/organization_memberships"
	h := membershipHandler{s}
	return api.Group{Name: "organization_memberships", Routes: []api.Route{
		{Method: "GET", Pattern: path, Rule: api.Listed, Serve: h.list},
		{Method: "POST", Pattern: path, Rule: api.ByID, Local: h.createdIsLocal, Serve: h.create, Creates: true, Unanswered: h.create},
		membershipKind.byID("GET", path+"/{id}", h.get),
		membershipKind.byID("PUT", path+"/{id}", h.update),
		membershipKind.byID("DELETE", path+"/{id}", h.remove),
		membershipKind.byID("PUT", path+"/{id}/deactivate", h.deactivate),
		membershipKind.byID("PUT", path+"/{id}/reactivate", h.reactivate),
	}}
}

type membershipHandler struct{ *Service }

// kind returns the kind with the wire type for a request, of the rows of tx.
func (h membershipHandler) kind(r *api.Request, tx *store.Txn) kind[store.Membership, membershipBody] {
	k, of := membershipKind, h.references(r)
	k.wire = func(m store.Membership) membershipBody { return membershipWire(tx, of, m) }
	return k
}

// answer answers with a membership as it is now.
func (h membershipHandler) answer(r *api.Request, status int, m store.Membership) (api.Answer, error) {
	defer r.Upstream.CountMisses().Decide(true) // it is answered without what the upstream lacks
	return api.Answer{Status: status, Body: h.kind(r, h.Store.View()).wire(m)}, nil
}

func (h membershipHandler) get(r *api.Request) (api.Answer, error) {
	m, found := store.Memberships.Get(r.View, r.Param())
	if !found {
		return membershipKind.notFound(r)
	}
	return h.answer(r, http.StatusOK, m)
}

var membershipStatuses = []store.MembershipStatus{store.ActiveMembership, store.InactiveMembership, store.PendingMembership}

// list answers with a page of the memberships of a user, of an organization, or of one in the other: the active ones only, unless
// statuses asks for others.
func (h membershipHandler) list(r *api.Request) (api.Answer, error) {
	q := r.Query()
	user, organization := q.One("user_id"), q.One("organization_id")
	var statuses []store.MembershipStatus
	for _, status := range q.Many("statuses") {
		statuses = append(statuses, store.MembershipStatus(status))
		if !slices.Contains(membershipStatuses, store.MembershipStatus(status)) && !q.Failed("statuses") {
			q.Fail("statuses", "unknown", "statuses must be active, inactive or pending")
		}
	}
	if statuses == nil {
		statuses = []store.MembershipStatus{store.ActiveMembership}
	}
	if user == "" && organization == "" && q.Err() == nil {
		return api.Answer{}, api.BadRequest("missing_user_id_or_organization_id", "Either user_id or organization_id must be given.")
	}
	ofLocal := user != "" && userOwns(r.View, user) || organization != "" && organizationOwns(r.View, organization)
	match := func(m store.Membership) bool {
		return slices.Contains(statuses, m.Status) && (user == "" || organization == "" || m.OrganizationID == organization)
	}
	a, err := h.kind(r, r.View).list(h.Service, r, q, ofLocal, func(p store.Page) (store.List[store.Membership], error) {
		return r.View.MembershipPage(user, organization, p, match)
	})
	switch {
	case err != nil || ofLocal || a.Source != "":
		return a, err
	case user != "":
		return api.Answer{}, api.NotFound("User", user) // neither side knows it
	}
	return api.Answer{}, api.NotFound("Organization", organization)
}
