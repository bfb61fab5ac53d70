package resource

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// organizationBody is WorkOS's `organization`.
type organizationBody struct {
	Object     string            `json:"object"`
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	AllowsAny  bool              `json:"allow_profiles_outside_organization"`
	Domains    []domainBody      `json:"domains"`
	Metadata   map[string]string `json:"metadata"`
	ExternalID *string           `json:"external_id"`
	StripeID   string            `json:"stripe_customer_id,omitempty"`
	CreatedAt  api.Timestamp     `json:"created_at"`
	UpdatedAt  api.Timestamp     `json:"updated_at"`
}

// domainBody is WorkOS's `organization_domain`.
type domainBody struct {
	Object         string        `json:"object"`
	ID             string        `json:"id"`
	OrganizationID string        `json:"organization_id"`
	Domain         string        `json:"domain"`
	State          string        `json:"state"`
	Strategy       string        `json:"verification_strategy"`
	CreatedAt      api.Timestamp `json:"created_at"`
	UpdatedAt      api.Timestamp `json:"updated_at"`
}

func organizationWire(o store.Organization) organizationBody {
	body := organizationBody{
		Object:     "organization",
		ID:         o.ID,
		Name:       o.Name,
		AllowsAny:  o.AllowProfilesOutsideOrganization,
		Domains:    []domainBody{},
		Metadata:   orEmpty(o.Metadata),
		ExternalID: api.OrNull(o.ExternalID),
		StripeID:   o.StripeCustomerID,
		CreatedAt:  api.Timestamp(o.CreatedAt),
		UpdatedAt:  api.Timestamp(o.UpdatedAt),
	}
	for _, d := range o.Domains {
		body.Domains = append(body.Domains, domainBody{
			Object:         "organization_domain",
			ID:             d.ID,
			OrganizationID: o.ID,
			Domain:         d.Domain,
			State:          d.State,
			Strategy:       "manual", // the emulator does not verify domains by DNS
			CreatedAt:      api.Timestamp(o.CreatedAt),
			UpdatedAt:      api.Timestamp(o.UpdatedAt),
		})
	}
	return body
}

func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

var organizationKind = kind[store.Organization, organizationBody]{
	name: "Organization", table: store.Organizations, find: store.Organizations.Get, wire: organizationWire,
}

func organizations(s *Service) api.Group {
	h := organizationHandler{s}
	deletion := organizationKind.byID("DELETE", "/organizations/{id}", h.remove)
	deletion.PassingOn = organizationKind.deletedElsewhere(s, func(tx *store.Txn, id string, now time.Time) error {
		return errors.Join(endSessionsIn(tx, id, now), tx.DeleteMembers(id))
	})
	byExternalID := organizationKind
	byExternalID.find = (*store.Txn).OrganizationByExternalID
	return api.Group{Name: "organizations", Routes: []api.Route{
		{Method: "GET", Pattern: "/organizations", Rule: api.Listed, Serve: h.list},
		s.creation("/organizations", h.create),
		byExternalID.getRoute("/organizations/external_id/{id}"),
		organizationKind.getRoute("/organizations/{id}"),
		organizationKind.byID("PUT", "/organizations/{id}", h.update),
		deletion,
	}}
}

type organizationHandler struct{ *Service }

// remove deletes an organization with what belongs to it, and ends the sessions of its members in it. The status is 202, as in
// production.
func (h organizationHandler) remove(r *api.Request) (api.Answer, error) {
	return organizationKind.remove(h.Service, http.StatusAccepted, func(tx *store.Txn, id string) error {
		return errors.Join(endSessionsIn(tx, id, r.Now), store.Organizations.Delete(tx, id))
	})(r)
}

// endSessionsIn ends the sessions of all members in an organization.
func endSessionsIn(tx *store.Txn, organizationID string, now time.Time) error {
	for _, m := range tx.MembershipsOfOrganization(organizationID) {
		if err := tx.EndSessionsIn(m.UserID, organizationID, now); err != nil {
			return err
		}
	}
	return nil
}

func (h organizationHandler) list(r *api.Request) (api.Answer, error) {
	q := r.Query()
	domains, search := q.Many("domains"), strings.ToLower(q.One("search"))
	match := func(o store.Organization) bool {
		return strings.Contains(strings.ToLower(o.Name), search) &&
			(len(domains) == 0 || slices.ContainsFunc(o.Domains, func(d store.Domain) bool {
				return slices.ContainsFunc(domains, func(domain string) bool { return strings.EqualFold(domain, d.Domain) })
			}))
	}
	if len(domains) == 0 && search == "" {
		match = nil
	}
	return organizationKind.list(h.Service, r, q, false, func(p store.Page) (store.List[store.Organization], error) {
		return store.Organizations.Page(r.View, p, match)
	})
}

func (h organizationHandler) create(r *api.Request) (api.Answer, error) {
	in, err := r.Input()
	if err != nil {
		return api.Answer{}, err
	}
	var o store.Organization
	o.Name = in.Name()
	change, err := organizationInput(in)
	if err != nil {
		return api.Answer{}, err
	}
	if o.Meta, err = h.newMeta(r, id.Organization); err != nil {
		return api.Answer{}, err
	}
	change(&o)
	err = h.Store.Update(func(tx *store.Txn) error { return store.Organizations.Insert(tx, o) })
	if err != nil {
		return api.Answer{}, taken(err)
	}
	return api.Created(organizationWire(o))
}

func (h organizationHandler) update(r *api.Request) (api.Answer, error) {
	in, err := r.Input()
	if err != nil {
		return api.Answer{}, err
	}
	name := ""
	if in.Has("name") {
		name = in.Name()
	}
	change, err := organizationInput(in)
	if err != nil {
		return api.Answer{}, err
	}
	var updated store.Organization
	err = organizationKind.change(h.Service, r, func(tx *store.Txn) error {
		updated, err = store.Organizations.Update(tx, r.Param(), func(o *store.Organization) error {
			o.Name = cmp.Or(name, o.Name)
			o.UpdatedAt = r.Now
			change(o)
			return checkMetadata(o.Metadata)
		})
		return err
	})
	if err != nil {
		return api.Answer{}, taken(err)
	}
	return api.OK(organizationWire(updated))
}
