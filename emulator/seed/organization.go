package seed

import (
	"cmp"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
	"github.com/caddy-workos/caddy-workos/store"
)

type organization struct {
	document.Place
	id, name, externalID text
	domains              []domain
	metadata             map[string]string
	memberships          []membership
	entitlements         []text
	allowsOutside        bool   // allow_profiles_outside_organization
	rowID                string // once it is known
}

var organizations = &kindOf[organization, store.Organization]{
	singular: "organization", plural: "organizations",
	block: format.Block[organization]{
		Name:       "organizations",
		Definition: "organization",
		Entry:      "An organization.",
		About:      "Customers of the environment.",
		Fields: []format.Field[organization]{
			format.Optional("id", idText, func(o *organization) *text { return &o.id },
				"Letters, digits, `_` and `-`. Derived from the name where it is left out."),
			format.Required("name", nameText, func(o *organization) *text { return &o.name },
				"The name, by which the rest of the file refers to the organization. Two of one name are an error where something refers to it."),
			format.Optional("external_id", externalID, func(o *organization) *text { return &o.externalID },
				"The id that you know it by: ASCII characters, at most 128. Unique."),
			format.Optional("domains", domains, func(o *organization) *[]domain { return &o.domains },
				"The domains."),
			format.Optional("metadata", metadata, func(o *organization) *map[string]string { return &o.metadata },
				aboutMetadata),
			format.Optional("memberships", members, func(o *organization) *[]membership { return &o.memberships },
				"The members, each by the address of a user of this file. Memberships of others: see the block `memberships`."),
			format.Optional("entitlements", format.TextSet(entitlementRule), func(o *organization) *[]text { return &o.entitlements },
				"The claim `entitlements` of tokens of its members."),
			format.Optional("allow_profiles_outside_organization", format.Bool, func(o *organization) *bool { return &o.allowsOutside },
				"Whether profiles of its connections may have addresses of other domains. `false` where it is left out. It is shown, and has no other effect."),
		},
		Ignored: []string{"groups"},
	},
	identity: identity[organization]{
		prefix:  id.Organization,
		pinned:  func(o *organization) text { return o.id },
		natural: func(o *organization) []string { return []string{o.name.Value} },
		shared:  "its name is that",
	},
	called: func(o *organization) text { return o.name },
	row:    (*organization).row,
	table: &table[store.Organization]{
		Table:  store.Organizations,
		follow: followOrganizations,
		keep: func(row *store.Organization, before store.Organization) {
			row.StripeCustomerID = before.StripeCustomerID
		},
	},
}

var entitlementRule = field.Rule{Check: field.Name, MinLength: 1}

func (o *organization) row(r *resolver, organizationID string) store.Organization {
	o.rowID = organizationID
	r.unique.add("organization external_id", o.externalID.Value, o.externalID.Place)
	row := store.Organization{
		Meta:       store.Meta{ID: organizationID},
		Name:       o.name.Value,
		ExternalID: o.externalID.Value,
		Metadata:   o.metadata,

		AllowProfilesOutsideOrganization: o.allowsOutside,
	}
	if len(o.entitlements) > 0 {
		row.Entitlements = valuesOf(o.entitlements)
	}
	for _, d := range o.domains {
		name := d.domain.Value
		r.unique.add("domain", strings.ToLower(name), d.domain.Place)
		row.Domains = append(row.Domains, store.Domain{
			ID: id.Derive(id.OrganizationDomain, organizationID, name), Domain: name, State: cmp.Or(d.state.Value, "pending"),
		})
	}
	return row
}

type domain struct {
	document.Place
	domain, state text
}

var domainName = format.RequiredText(field.DomainRule)

var domainBlock = format.Block[domain]{
	Name:       "organizations.domains",
	Definition: "domain",
	Entry:      "A domain of an organization.",
	About:      "Each is a mapping, or the domain as a string, which is then pending.",
	Fields: []format.Field[domain]{
		format.Required("domain", domainName, func(d *domain) *text { return &d.domain },
			"The domain, such as `acme.example`. Unique among the organizations, whatever the case of its letters."),
		format.Optional("state", format.OneOf("verified", "pending"), func(d *domain) *text { return &d.state },
			"`pending` where it is left out."),
	},
}

var domains = format.Type[[]domain]{
	TypeDescription: format.EntriesOrTexts(domainBlock.Describe(), field.DomainRule),
	Decode:          decodeDomains,
}

// decodeDomains decodes domains, each a string or a mapping.
func decodeDomains(v document.Value) []domain {
	var domains []domain
	entries := decodeEntriesOrTexts(v, &domainBlock, func(v document.Value) domain {
		return domain{Place: v.Place, domain: domainName.Decode(v)}
	})
	for _, d := range entries {
		if !d.domain.Set {
			continue
		}
		if slices.ContainsFunc(domains, func(other domain) bool { return strings.EqualFold(other.domain.Value, d.domain.Value) }) {
			v.Document().Fail(d.Place, "is the same domain as one before")
			continue
		}
		domains = append(domains, d)
	}
	return domains
}
