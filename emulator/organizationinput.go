package emulator

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// organizationInput reads what create and update have in common: everything but the name. Members that are not there
// leave the organization as it is.
func (c *call) organizationInput(in *input) (func(*store.Organization), error) {
	externalID, stripe := in.externalID(), in.text("stripe_customer_id")
	allows := in.flag("allow_profiles_outside_organization")
	domains := in.domains()
	metadata := in.metadata()
	if err := in.err(); err != nil {
		return nil, err
	}
	if err := checkMetadata(metadata); err != nil {
		return nil, err
	}
	return func(o *store.Organization) {
		if in.has("external_id") {
			o.ExternalID = externalID
		}
		if in.has("stripe_customer_id") {
			o.StripeCustomerID = stripe
		}
		if in.has("allow_profiles_outside_organization") {
			o.AllowProfilesOutsideOrganization = allows
		}
		if domains != nil {
			for i := range domains {
				domains[i].ID = id.Derive(id.OrganizationDomain, o.ID, domains[i].Domain)
			}
			o.Domains = domains
		}
		switch {
		case in.isNull("metadata"):
			o.Metadata = nil
		case in.has("metadata"):
			o.Metadata = maps.Clone(orEmpty(o.Metadata))
			maps.Copy(o.Metadata, metadata)
			maps.DeleteFunc(o.Metadata, func(_, value string) bool { return value == "" })
		}
	}, nil
}

func (in *input) externalID() string {
	var value string
	if in.decode("external_id", "a string", &value) {
		in.check("external_id", field.ExternalID(value))
	}
	return value
}

// domains reads `domain_data`, or the deprecated `domains`, whose states count as verified. It is nil where neither is given.
func (in *input) domains() []store.Domain {
	in.refuseNullDomains()
	var member string
	var found []store.Domain
	switch {
	case in.has("domain_data") && !in.isNull("domain_data"):
		member, found = "domain_data", in.domainData()
	case in.has("domains") && !in.isNull("domains"):
		member, found = "domains", []store.Domain{}
		for _, name := range in.texts("domains") {
			found = append(found, store.Domain{Domain: name, State: "verified"})
		}
	}
	for i, d := range found {
		if refused := field.Domain(d.Domain); refused != nil {
			in.fail(member, refused.Code, "a domain "+refused.Message)
			return nil
		}
		if slices.ContainsFunc(found[:i], func(o store.Domain) bool { return strings.EqualFold(o.Domain, d.Domain) }) {
			in.fail(member, "repeated", "a domain must be given once")
		}
	}
	return found
}

// refuseNullDomains refuses a null by itself. Beside the other member it counts as left out: the Go SDK sends both, null for
// the one that it was not given.
func (in *input) refuseNullDomains() {
	for name, other := range map[string]string{"domains": "domain_data", "domain_data": "domains"} {
		if in.isNull(name) && !in.has(other) {
			in.fail(name, "invalid_type", name+" must be an array")
		}
	}
}

// domainData reads domains with their states. Some SDKs leave the state out, or send it empty.
func (in *input) domainData() []store.Domain {
	var given []struct {
		Domain string          `json:"domain"`
		State  json.RawMessage `json:"state"`
	}
	in.decode("domain_data", "an array of objects with domain and state", &given)
	found := make([]store.Domain, 0, len(given))
	for _, g := range given {
		d := store.Domain{Domain: g.Domain}
		switch string(g.State) {
		case "", `""`, `"pending"`:
			d.State = "pending"
		case `"verified"`:
			d.State = "verified"
		default:
			in.fail("domain_data", "invalid", "the state of a domain must be verified or pending")
		}
		found = append(found, d)
	}
	return found
}

// metadata reads an object of strings. A null value, like an empty one, removes its key.
func (in *input) metadata() map[string]string {
	var values map[string]json.RawMessage
	in.decode("metadata", "an object of strings", &values)
	read := make(map[string]string, len(values))
	for key, raw := range values {
		var value string
		if json.Unmarshal(raw, &value) != nil {
			in.fail("metadata", "invalid_type", "metadata must be an object of strings")
		}
		read[key] = value
	}
	return read
}

func checkMetadata(m map[string]string) error {
	if refused := field.Metadata(m); refused != nil {
		return errBadRequest("invalid_metadata", "metadata "+refused.Message+".")
	}
	return nil
}

// taken turns the store's refusal into WorkOS's.
func taken(err error) error {
	var conflict *store.ConflictError
	switch {
	case !errors.As(err, &conflict):
		return err
	case conflict.Field == "domain":
		return errConflict("", "A domain is already in use by another organization.")
	}
	return errBadRequest("external_id_already_used", "The external_id is already used by another organization.")
}
