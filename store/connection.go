package store

import (
	"maps"
	"slices"
)

// Connection is an SSO connection, WorkOS's `connection`.
type Connection struct {
	Meta
	OrganizationID string // the organization may live upstream
	Type           string // `connection_type`, such as GenericSAML
	Name           string
	State          string // requires_type, draft, active, validating, inactive or deleting
	Domains        []ConnectionDomain
	Profiles       []Profile // of those who sign in by it
}

// ConnectionDomain is one `connection_domain` of a connection.
type ConnectionDomain struct{ ID, Domain string }

// Profile is what the identity provider of a connection says of a person, WorkOS's `profile`.
type Profile struct {
	ID               string
	IdPID            string // `idp_id`
	Email            string // unique in the connection, without regard to case
	FirstName        string
	LastName         string
	Groups           []string
	RoleSlugs        []string
	CustomAttributes map[string]string
}

func (p Profile) clone() Profile {
	p.Groups, p.RoleSlugs = slices.Clone(p.Groups), slices.Clone(p.RoleSlugs)
	p.CustomAttributes = maps.Clone(p.CustomAttributes)
	return p
}

func (c *Connection) clone() Connection {
	copied := *c
	copied.Domains = slices.Clone(c.Domains)
	copied.Profiles = slices.Clone(c.Profiles)
	for i := range copied.Profiles {
		copied.Profiles[i] = copied.Profiles[i].clone()
	}
	return copied
}

// Connections is the table of SSO connections.
var Connections = newTable(Table[Connection]{
	name: "connections",
	lists: []list[Connection]{
		{byOrganization, func(c *Connection) (string, bool) { return c.OrganizationID, c.OrganizationID != "" }},
	},
	retire: []string{primary},
})

// ConnectionsOfOrganization returns the connections of an organization, oldest first.
func (t *Txn) ConnectionsOfOrganization(organizationID string) []Connection {
	return Connections.all(t, byOrganization, organizationID)
}

// ConnectionPage returns a page of the connections of an organization or, where organizationID is empty, of all. match may be nil.
func (t *Txn) ConnectionPage(organizationID string, p Page, match func(Connection) bool) (List[Connection], error) {
	if organizationID == "" {
		return Connections.Page(t, p, match)
	}
	return Connections.page(t, byOrganization, organizationID, p, match)
}
