package emulator

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// The limits of an organization's own attributes (WorkOS's OpenAPI description).
const (
	maxExternalID    = 128
	maxMetadata      = 50
	maxMetadataKey   = 40
	maxMetadataValue = 600
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
	if err := metadataLimits(metadata); err != nil {
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
		if in.has("domains") || in.has("domain_data") {
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
	value := in.text("external_id")
	switch {
	case utf8.RuneCountInString(value) > maxExternalID:
		in.fail("external_id", "too_long", "external_id must have at most 128 characters")
	case strings.ContainsFunc(value, func(r rune) bool { return r > 127 }):
		in.fail("external_id", "invalid", "external_id must consist of ASCII characters")
	}
	return value
}

// domains reads `domain_data`, or the deprecated `domains`, whose states count as verified.
func (in *input) domains() []store.Domain {
	var found []store.Domain
	for _, name := range in.texts("domains") {
		found = append(found, store.Domain{Domain: name, State: "verified"})
	}
	var data []struct {
		Domain string `json:"domain"`
		State  string `json:"state"`
	}
	if in.decode("domain_data", "an array of objects with domain and state", &data) {
		found = nil
		for _, d := range data {
			if d.State != "verified" && d.State != "pending" {
				in.fail("domain_data", "invalid", "the state of a domain must be verified or pending")
			}
			found = append(found, store.Domain{Domain: d.Domain, State: d.State})
		}
	}
	for i, d := range found {
		switch {
		case strings.TrimSpace(d.Domain) == "":
			in.fail("domain_data", "required", "a domain must not be empty")
		case slices.ContainsFunc(found[:i], func(o store.Domain) bool { return o.Domain == d.Domain }):
			in.fail("domain_data", "repeated", "a domain must be given once")
		}
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

func metadataLimits(m map[string]string) error {
	if len(m) > maxMetadata {
		return errBadRequest("invalid_metadata", "metadata must have at most 50 keys.")
	}
	for key, value := range m {
		if n := utf8.RuneCountInString(key); n == 0 || n > maxMetadataKey {
			return errBadRequest("invalid_metadata", "A key of metadata must have 1 to 40 characters.")
		}
		if utf8.RuneCountInString(value) > maxMetadataValue {
			return errBadRequest("invalid_metadata", "A value of metadata must have at most 600 characters.")
		}
	}
	return nil
}

// externalIDTaken turns the store's refusal into WorkOS's.
func externalIDTaken(err error) error {
	if errors.Is(err, store.ErrConflict) {
		return errBadRequest("external_id_already_used", "The external_id is already used by another organization.")
	}
	return err
}
