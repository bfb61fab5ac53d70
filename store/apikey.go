package store

import (
	"slices"
	"time"
)

// APIKey is an API key of a customer, WorkOS's `api_key`.
type APIKey struct {
	Meta
	usage
	Name           string
	OrganizationID string // of the owning organization, or the one that the owning user acts in
	UserID         string // of the owning user; empty where the organization owns the key
	Digest         Digest // of the key's value; unique
	Obfuscated     string // the value as it may be shown
	Permissions    []string
	ExpiresAt      time.Time // zero for never
	// Upstream allows the key to be exchanged for the real one, so that its callers are passed on to the real WorkOS.
	Upstream bool
}

// Expired reports whether the key has expired at a time.
func (k APIKey) Expired(now time.Time) bool { return expired(k.ExpiresAt, now) }

func expired(at, now time.Time) bool { return !at.IsZero() && !now.Before(at) }

func (k *APIKey) clone() APIKey {
	c := *k
	c.Permissions = slices.Clone(k.Permissions)
	return c
}

// APIKeys is the table of API keys.
var APIKeys = newTable(Table[APIKey]{
	name:   "api_keys",
	unique: []unique[APIKey]{{field: "digest", value: func(k *APIKey) string { return k.Digest.key() }}},
	lists: []list[APIKey]{
		{byOrganization, func(k *APIKey) (string, bool) { return k.OrganizationID, k.OrganizationID != "" }},
		{byUser, func(k *APIKey) (string, bool) { return k.UserID, k.UserID != "" }},
	},
	retire: []string{primary},
})

// APIKeyByDigest looks up a key by the digest of its value.
func (t *Txn) APIKeyByDigest(digest Digest) (APIKey, bool) {
	return APIKeys.get(t, "digest", digest.key())
}

// OrganizationAPIKeys returns a page of the keys that belong to an organization or to one of its users.
func (t *Txn) OrganizationAPIKeys(organizationID string, p Page) (List[APIKey], error) {
	return APIKeys.page(t, byOrganization, organizationID, p, nil)
}

// UserAPIKeys returns a page of a user's keys, of one organization or, where organizationID is empty, of all.
func (t *Txn) UserAPIKeys(userID, organizationID string, p Page) (List[APIKey], error) {
	var match func(APIKey) bool
	if organizationID != "" {
		match = func(k APIKey) bool { return k.OrganizationID == organizationID }
	}
	return APIKeys.page(t, byUser, userID, p, match)
}
