package seed

import (
	"cmp"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
	"github.com/caddy-workos/caddy-workos/store"
)

type connection struct {
	document.Place
	owner
	id, name, kind, state text
	domains               []text
	profiles              []profile
}

var connections = &kindOf[connection, store.Connection]{
	singular: "connection", plural: "connections",
	block: format.Block[connection]{
		Name:       "connections",
		Definition: "connection",
		Entry:      "An SSO connection of an organization.",
		About:      "SSO connections. There is no identity provider behind them: those who sign in by one are its `profiles`.",
		Fields: []format.Field[connection]{
			format.Optional("id", idText, func(c *connection) *text { return &c.id },
				"Letters, digits, `_` and `-`. Derived from the name and the organization where it is left out."),
			format.Required("name", nameText, func(c *connection) *text { return &c.name }, "The name."),
			format.Optional("organization", organizationName, func(c *connection) *text { return &c.organization },
				"The organization, by its name in this file. A connection needs this or `organization_id`, and not both."),
			format.Optional("organization_id", idText, func(c *connection) *text { return &c.organizationID }, aboutOrganizationID),
			format.Optional("connection_type", connectionType, func(c *connection) *text { return &c.kind },
				"The type, such as `OktaSAML`. `GenericSAML` where it is left out."),
			format.Optional("state", format.OneOf("active", "inactive", "validating", "draft", "requires_type", "deleting"),
				func(c *connection) *text { return &c.state }, "`active` where it is left out. Only an active connection signs anybody in."),
			format.Optional("domains", format.TextSet(field.DomainRule), func(c *connection) *[]text { return &c.domains }, "The domains."),
			format.Optional("profiles", profiles, func(c *connection) *[]profile { return &c.profiles }, "Those who sign in by the connection."),
		},
		Together: format.Schema{Not: &bothOwners, AnyOf: eitherOwner},
	},
	identity: identity[connection]{
		prefix:  id.Connection,
		pinned:  func(c *connection) text { return c.id },
		natural: func(c *connection) []string { return []string{c.name.Value, c.ownerID} },
		shared:  "its name and organization are those",
	},
	check: (*connection).check,
	row:   (*connection).row,
	table: &table[store.Connection]{
		Table:  store.Connections,
		owners: func(c *store.Connection) []ownerRow { return []ownerRow{{store.Organizations, c.OrganizationID}} },
	},
}

// connectionType is any word, because WorkOS may know types that this program does not.
var connectionType = format.FilledText(field.Rule{Pattern: `^[A-Za-z0-9_]+$`, Check: func(value string) *field.Error {
	if strings.ContainsFunc(value, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_'
	}) {
		return &field.Error{Code: "invalid", Message: "must be a connection type such as GenericSAML"}
	}
	return nil
}})

func (c *connection) check(r *resolver) {
	if !c.hasOwner() {
		r.doc.Fail(c.At("organization"), "a connection needs an organization, or an organization_id")
	}
	c.resolveOwner(r)
	isLocal := c.organization.Given || organizations.hasID(r, c.ownerID)
	first := map[string]document.Place{}
	for i := range c.profiles {
		p := &c.profiles[i]
		p.checkRoles(r, c.ownerID, isLocal)
		address := lower(p.email).Value
		if before, taken := first[address]; taken && p.email.Set {
			r.doc.Fail(p.email.Place, "must be unique in the connection, and is the same as %s", before.Path)
		}
		first[address] = p.email.Place
	}
}

func (c *connection) row(_ *resolver, connectionID string) store.Connection {
	row := store.Connection{
		Meta:           store.Meta{ID: connectionID},
		OrganizationID: c.ownerID,
		Name:           c.name.Value,
		Type:           cmp.Or(c.kind.Value, "GenericSAML"),
		State:          cmp.Or(c.state.Value, "active"),
	}
	for _, d := range c.domains {
		row.Domains = append(row.Domains, store.ConnectionDomain{ID: id.Derive(connectionDomainID, connectionID, d.Value), Domain: d.Value})
	}
	for i := range c.profiles {
		row.Profiles = append(row.Profiles, c.profiles[i].row(connectionID))
	}
	return row
}

// The prefixes of what is within a connection.
const (
	connectionDomainID = "conn_domain"
	idpID              = "idp"
)

// profile is what the identity provider of a connection says of a person.
type profile struct {
	document.Place
	assigned
	id, email, firstName, lastName, idpID text
	groups                                []text
	attributes                            map[string]string
}

var profileBlock = format.Block[profile]{
	Name:       "connections.profiles",
	Definition: "profile",
	Entry:      "Somebody who signs in by a connection.",
	About:      "What the identity provider of a connection says of its users.",
	Fields: []format.Field[profile]{
		format.Optional("id", idText, func(p *profile) *text { return &p.id },
			"Letters, digits, `_` and `-`. Derived from the connection and the email where it is left out."),
		format.Required("email", email, func(p *profile) *text { return &p.email }, "The address. Unique in the connection, whatever the case of its letters."),
		format.Optional("first_name", personName, func(p *profile) *text { return &p.firstName }, "The first name."),
		format.Optional("last_name", personName, func(p *profile) *text { return &p.lastName }, "The last name."),
		format.Optional("idp_id", idpIDText, func(p *profile) *text { return &p.idpID },
			"The id at the identity provider. Derived from the connection and the email where it is left out."),
		format.Optional("groups", format.TextSet(anyRule), func(p *profile) *[]text { return &p.groups }, "The groups at the identity provider."),
		format.Optional("role", slugText, func(p *profile) *text { return &p.role }, "The role, by its slug. None where neither this nor `roles` is given."),
		rolesField(func(p *profile) *assigned { return &p.assigned }),
		format.Optional("custom_attributes", metadata, func(p *profile) *map[string]string { return &p.attributes }, "Attributes that are mapped to the profile: strings."),
	},
	Together: format.Schema{Not: &bothRoles},
}

var profiles = format.Type[[]profile]{
	TypeDescription: format.Entries(profileBlock.Describe()),
	Decode:          profileBlock.List,
}

func (p *profile) row(connectionID string) store.Profile {
	address := lower(p.email).Value
	row := store.Profile{
		ID:               cmp.Or(p.id.Value, id.Derive(id.Profile, connectionID, address)),
		IdPID:            cmp.Or(p.idpID.Value, id.Derive(idpID, connectionID, address)),
		Email:            p.email.Value,
		FirstName:        p.firstName.Value,
		LastName:         p.lastName.Value,
		CustomAttributes: p.attributes,
	}
	if len(p.groups) > 0 {
		row.Groups = valuesOf(p.groups)
	}
	if p.role.Set || len(p.roles) > 0 {
		row.RoleSlugs = p.slugs()
	}
	return row
}
