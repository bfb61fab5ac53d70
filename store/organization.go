package store

import (
	"maps"
	"slices"
	"strings"
)

// Organization is a customer of the environment, WorkOS's `organization`.
type Organization struct {
	Meta
	Name       string
	ExternalID string   // optional, unique
	Domains    []Domain // unique among organizations, without regard to case
	Metadata   map[string]string

	AllowProfilesOutsideOrganization bool
	StripeCustomerID                 string
	Entitlements                     []string
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
	c.Entitlements = slices.Clone(o.Entitlements)
	return c
}

// Organizations is the table of organizations. Deleting one deletes its applications, API keys, memberships, invitations,
// connections and roles.
var Organizations = newTable(Table[Organization]{
	name: "organizations",
	unique: []unique[Organization]{
		{field: "external_id", value: func(o *Organization) string { return o.ExternalID }},
		{field: "domain", values: domains},
	},
	retire: []string{primary},
	cascade: []cascade{
		Applications.of(byOrganization), APIKeys.of(byOrganization), Memberships.of(byOrganization), Invitations.of(byOrganization),
		Connections.of(byOrganization), Roles.of(byOrganization),
	},
})

// domains returns the domains of an organization in lower case, to compare them.
func domains(o *Organization) []string {
	var names []string
	for _, d := range o.Domains {
		names = append(names, strings.ToLower(d.Domain))
	}
	return names
}

// OrganizationByExternalID looks up an organization by its external id.
func (t *Txn) OrganizationByExternalID(externalID string) (Organization, bool) {
	return Organizations.get(t, "external_id", externalID)
}

// OrganizationByDomain looks up an organization by one of its domains, whatever the case of its letters.
func (t *Txn) OrganizationByDomain(domain string) (Organization, bool) {
	return Organizations.get(t, "domain", strings.ToLower(domain))
}
