package store

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// Organization is a customer of the environment, WorkOS's `organization`.
type Organization struct {
	Meta
	Name       string
	ExternalID string   // optional, unique
	Domains    []Domain // each of one organization only, in any case of its letters
	Metadata   map[string]string

	AllowProfilesOutsideOrganization bool
	StripeCustomerID                 string
}

// Domain is one `organization_domain` of an organization.
type Domain struct {
	ID     string
	Domain string
	State  string // "verified" or "pending"
}

func (o *Organization) clone() Organization {
	c := *o
	c.Domains = slices.Clone(o.Domains)
	c.Metadata = maps.Clone(o.Metadata)
	return c
}

var organizations = table[Organization]{
	name:   "organizations",
	unique: []unique[Organization]{{"external_id", func(o *Organization) string { return o.ExternalID }}},
	claims: []claim[Organization]{{"domain", claimedDomains}},
	lists:  []list[Organization]{{byCreation, everything[Organization]}},
	retire: []string{primary},
}

// claimedDomains are the domains of an organization, as they are compared.
func claimedDomains(o *Organization) []string {
	var claimed []string
	for _, d := range o.Domains {
		claimed = append(claimed, strings.ToLower(d.Domain))
	}
	return claimed
}

// Organization looks an organization up by id.
func (t *Txn) Organization(id string) (Organization, bool) { return get(t, organizations, primary, id) }

// OrganizationByExternalID looks an organization up by the id that the customer gave it.
func (t *Txn) OrganizationByExternalID(externalID string) (Organization, bool) {
	return get(t, organizations, "external_id", externalID)
}

// Organizations lists organizations; match, which may be nil, filters.
func (t *Txn) Organizations(p Page, match func(Organization) bool) (List[Organization], error) {
	return page(t, organizations, byCreation, "", p, match)
}

// AllOrganizations returns every organization, oldest first.
func (t *Txn) AllOrganizations() []Organization { return all(t, organizations, byCreation, "") }

// InsertOrganization adds an organization. It returns [ErrConflict] for a taken id, external id or domain.
func (t *Txn) InsertOrganization(o Organization) error { return insert(t, organizations, o) }

// UpdateOrganization changes an organization. It returns [ErrNotFound], [ErrConflict] or the error of change.
func (t *Txn) UpdateOrganization(id string, change func(*Organization) error) (Organization, error) {
	return update(t, organizations, id, change)
}

// DeleteOrganization deletes an organization with its applications and API keys.
func (t *Txn) DeleteOrganization(id string) error {
	if err := remove(t, organizations, id); err != nil {
		return err
	}
	var errs []error
	for _, app := range ids(t, applications, byOrganization, id) {
		errs = append(errs, t.DeleteApplication(app))
	}
	errs = append(errs, edit(t, apiKeys, ids(t, apiKeys, byOrganization, id), nil))
	return errors.Join(errs...)
}
