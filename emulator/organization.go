package emulator

import (
	"errors"
	"net/http"
	"slices"
	"strings"

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
	CreatedAt  timestamp         `json:"created_at"`
	UpdatedAt  timestamp         `json:"updated_at"`
}

// domainBody is WorkOS's `organization_domain`.
type domainBody struct {
	Object         string    `json:"object"`
	ID             string    `json:"id"`
	OrganizationID string    `json:"organization_id"`
	Domain         string    `json:"domain"`
	State          string    `json:"state"`
	Strategy       string    `json:"verification_strategy"`
	CreatedAt      timestamp `json:"created_at"`
	UpdatedAt      timestamp `json:"updated_at"`
}

func organizationWire(o store.Organization) organizationBody {
	body := organizationBody{
		Object:     "organization",
		ID:         o.ID,
		Name:       o.Name,
		AllowsAny:  o.AllowProfilesOutsideOrganization,
		Domains:    []domainBody{},
		Metadata:   orEmpty(o.Metadata),
		ExternalID: pointer(o.ExternalID),
		StripeID:   o.StripeCustomerID,
		CreatedAt:  timestamp(o.CreatedAt),
		UpdatedAt:  timestamp(o.UpdatedAt),
	}
	for _, d := range o.Domains {
		body.Domains = append(body.Domains, domainBody{
			Object:         "organization_domain",
			ID:             d.ID,
			OrganizationID: o.ID,
			Domain:         d.Domain,
			State:          d.State,
			Strategy:       "manual", // nobody looks at DNS here
			CreatedAt:      timestamp(o.CreatedAt),
			UpdatedAt:      timestamp(o.UpdatedAt),
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

func (c *call) organizationIsLocal() (bool, error) {
	_, ok := store.Organizations.Get(c.txn, c.param())
	return ok, nil
}

func (c *call) externalOrganizationIsLocal() (bool, error) {
	_, ok := c.txn.OrganizationByExternalID(c.param())
	return ok, nil
}

func (c *call) listOrganizations() (answer, error) {
	q := c.query()
	domains, search := q.many("domains"), strings.ToLower(q.one("search"))
	match := func(o store.Organization) bool {
		return strings.Contains(strings.ToLower(o.Name), search) &&
			(len(domains) == 0 || slices.ContainsFunc(o.Domains, func(d store.Domain) bool {
				return slices.ContainsFunc(domains, func(domain string) bool { return strings.EqualFold(domain, d.Domain) })
			}))
	}
	if len(domains) == 0 && search == "" {
		match = nil
	}
	return answerList(c, q, collection[store.Organization, organizationBody]{
		page: func(p store.Page) (store.List[store.Organization], error) {
			return store.Organizations.Page(c.txn, p, match)
		},
		wire:     organizationWire,
		id:       func(o store.Organization) string { return o.ID },
		presence: func(id string, at store.Moment) store.Presence { return store.Organizations.Presence(c.txn, id, at) },
	})
}

func (c *call) getOrganization() (answer, error) {
	o, found := store.Organizations.Get(c.txn, c.param())
	if !found {
		return notFound("Organization")(c)
	}
	return ok(organizationWire(o))
}

func (c *call) getOrganizationByExternalID() (answer, error) {
	o, found := c.txn.OrganizationByExternalID(c.param())
	if !found {
		return notFound("Organization")(c)
	}
	return ok(organizationWire(o))
}

func (c *call) createOrganization() (answer, error) {
	in, err := c.input()
	if err != nil {
		return answer{}, err
	}
	var o store.Organization
	o.Name = in.name()
	change, err := c.organizationInput(in)
	if err != nil {
		return answer{}, err
	}
	if o.Meta, err = c.newMeta(id.Organization); err != nil {
		return answer{}, err
	}
	change(&o)
	err = c.emulator.Store.Update(func(tx *store.Txn) error { return store.Organizations.Insert(tx, o) })
	if err != nil {
		return answer{}, taken(err)
	}
	return created201(organizationWire(o))
}

func (c *call) updateOrganization() (answer, error) {
	in, err := c.input()
	if err != nil {
		return answer{}, err
	}
	name := ""
	if in.has("name") {
		name = in.name()
	}
	change, err := c.organizationInput(in)
	if err != nil {
		return answer{}, err
	}
	var updated store.Organization
	err = c.emulator.Store.Update(func(tx *store.Txn) error {
		updated, err = store.Organizations.Update(tx, c.param(), func(o *store.Organization) error {
			o.Name = firstOf(name, o.Name)
			o.UpdatedAt = c.now
			change(o)
			return checkMetadata(o.Metadata)
		})
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return notFound("Organization")(c)
	case err != nil:
		return answer{}, taken(err)
	}
	return ok(organizationWire(updated))
}

// deleteOrganization answers 202, as production does.
func (c *call) deleteOrganization() (answer, error) {
	err := c.emulator.Store.Update(func(tx *store.Txn) error { return store.Organizations.Delete(tx, c.param()) })
	if errors.Is(err, store.ErrNotFound) {
		return notFound("Organization")(c)
	}
	return answer{status: http.StatusAccepted}, err
}
