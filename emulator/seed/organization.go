package seed

import (
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

type organization struct {
	place
	id, name, externalID text
	domains              []domain
	metadata             map[string]string
}

var organizationBlock = block[organization]{
	name: "organizations",
	fields: []field[organization]{
		{"id", false, func(o *organization, v value) { o.id = v.identifier() }},
		{"name", true, func(o *organization, v value) { o.name = v.name() }},
		{"external_id", false, func(o *organization, v value) { o.externalID = v.externalID() }},
		{"domains", false, func(o *organization, v value) { o.domains = decodeDomains(v) }},
		{"metadata", false, func(o *organization, v value) { o.metadata = v.metadata() }},
	},
	ignored: []string{"allow_profiles_outside_organization", "entitlements", "groups", "memberships"},
}

type domain struct {
	place
	domain, state text
}

var domainBlock = block[domain]{
	name: "organizations.domains",
	fields: []field[domain]{
		{"domain", true, func(d *domain, v value) { d.domain = v.domainName() }},
		{"state", false, func(d *domain, v value) { d.state = v.oneOf("verified", "pending") }},
	},
}

// decodeDomains decodes domains, each a string or a mapping.
func decodeDomains(v value) []domain {
	var domains []domain
	for _, element := range v.elements() {
		var d domain
		if _, isString := element.unexpanded(); isString {
			d = domain{place: element.place, domain: element.domainName()}
		} else {
			d, _ = decode(element, domainBlock)
		}
		if !d.domain.set {
			continue
		}
		if slices.ContainsFunc(domains, func(other domain) bool { return strings.EqualFold(other.domain.value, d.domain.value) }) {
			element.fail("is the same domain as one before")
			continue
		}
		domains = append(domains, d)
	}
	return domains
}

// metadata decodes a mapping of strings to strings.
func (v value) metadata() map[string]string {
	if v.isNull() {
		return nil
	}
	members, _ := v.members()
	metadata := make(map[string]string, len(members))
	for _, m := range members {
		v.literalKey(m)
		// The path stops here: a key may be anything, a misplaced secret as well.
		element := v.d.value(m.value, v.path)
		t := element.scalar()
		element.metadataMember(m.key, t.value)
		if t.set && t.value != "" { // without a value, a key is not there
			metadata[m.key] = t.value
		}
	}
	v.metadataSize(metadata)
	return metadata
}

// row is what is stored of an organization of the given id, which is empty where only the content counts.
func (o organization) row(organizationID string) store.Organization {
	row := store.Organization{
		Meta:       store.Meta{ID: organizationID},
		Name:       o.name.value,
		ExternalID: o.externalID.value,
		Metadata:   o.metadata,
	}
	for _, d := range o.domains {
		state := d.state.value
		if state == "" {
			state = "pending"
		}
		row.Domains = append(row.Domains, store.Domain{
			ID: id.Derive(id.OrganizationDomain, organizationID, d.domain.value), Domain: d.domain.value, State: state,
		})
	}
	return row
}
