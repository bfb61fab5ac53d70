package resource

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// organizationInput reads the members that create and update have in common: all but the name. The returned function applies them to
// an organization. A missing member leaves it as it is.
func organizationInput(in *api.Input) (func(*store.Organization), error) {
	externalID, stripe := externalID(in), in.Text("stripe_customer_id")
	allows := in.Flag("allow_profiles_outside_organization")
	domains := domains(in)
	metadata := metadata(in)
	if err := in.Err(); err != nil {
		return nil, err
	}
	if err := checkMetadata(metadata); err != nil {
		return nil, err
	}
	return func(o *store.Organization) {
		if in.Has("external_id") {
			o.ExternalID = externalID
		}
		if in.Has("stripe_customer_id") {
			o.StripeCustomerID = stripe
		}
		if in.Has("allow_profiles_outside_organization") {
			o.AllowProfilesOutsideOrganization = allows
		}
		if domains != nil {
			for i := range domains {
				domains[i].ID = id.Derive(id.OrganizationDomain, o.ID, domains[i].Domain)
			}
			o.Domains = domains
		}
		o.Metadata = changedMetadata(in, o.Metadata, metadata)
	}, nil
}

func externalID(in *api.Input) string {
	var value string
	if in.Decode("external_id", "a string", &value) {
		in.Check("external_id", field.ExternalID(value))
	}
	return value
}

// domains reads `domain_data`, or the deprecated `domains`, which are verified. It returns nil where neither is given.
func domains(in *api.Input) []store.Domain {
	refuseNullDomains(in)
	var member string
	var found []store.Domain
	switch {
	case in.Has("domain_data") && !in.IsNull("domain_data"):
		member, found = "domain_data", domainData(in)
	case in.Has("domains") && !in.IsNull("domains"):
		member, found = "domains", []store.Domain{}
		for _, name := range in.Texts("domains") {
			found = append(found, store.Domain{Domain: name, State: "verified"})
		}
	}
	for i, d := range found {
		if refused := field.Domain(d.Domain); refused != nil {
			in.Fail(member, refused.Code, "a domain "+refused.Message)
			return nil
		}
		if slices.ContainsFunc(found[:i], func(o store.Domain) bool { return strings.EqualFold(o.Domain, d.Domain) }) {
			in.Fail(member, "repeated", "a domain must be given once")
		}
	}
	return found
}

// refuseNullDomains makes a null an error, unless the other member is there. Then it counts as left out: the Go SDK sends both members,
// with null for the unused one.
func refuseNullDomains(in *api.Input) {
	for name, other := range map[string]string{"domains": "domain_data", "domain_data": "domains"} {
		if in.IsNull(name) && !in.Has(other) {
			in.Fail(name, "invalid_type", name+" must be an array")
		}
	}
}

// domainData reads domains with their states. A missing or empty state, which some SDKs send, is pending.
func domainData(in *api.Input) []store.Domain {
	var given []struct {
		Domain string          `json:"domain"`
		State  json.RawMessage `json:"state"`
	}
	in.Decode("domain_data", "an array of objects with domain and state", &given)
	found := make([]store.Domain, 0, len(given))
	for _, g := range given {
		d := store.Domain{Domain: g.Domain}
		switch string(g.State) {
		case "", `""`, `"pending"`:
			d.State = "pending"
		case `"verified"`:
			d.State = "verified"
		default:
			in.Fail("domain_data", "invalid", "the state of a domain must be verified or pending")
		}
		found = append(found, d)
	}
	return found
}

// metadata reads an object of strings. A null value, like an empty one, removes its key.
func metadata(in *api.Input) map[string]string {
	var values map[string]json.RawMessage
	in.Decode("metadata", "an object of strings", &values)
	read := make(map[string]string, len(values))
	for key, raw := range values {
		var value string
		if json.Unmarshal(raw, &value) != nil {
			in.Fail("metadata", "invalid_type", "metadata must be an object of strings")
		}
		read[key] = value
	}
	return read
}

func checkMetadata(m map[string]string) error {
	if refused := field.Metadata(m); refused != nil {
		return api.BadRequest("invalid_metadata", "metadata "+refused.Message+".")
	}
	return nil
}

// taken turns a store.ConflictError into WorkOS's error for a domain or an external id that is already used.
func taken(err error) error {
	var conflict *store.ConflictError
	switch {
	case !errors.As(err, &conflict):
		return err
	case conflict.Field == "domain":
		return api.Conflict("", "A domain is already in use by another organization.")
	}
	return api.BadRequest("external_id_already_used", "The external_id is already used by another organization.")
}
