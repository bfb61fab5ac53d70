package store

import (
	"slices"
	"time"
)

// APIKey is an API key that a customer holds, WorkOS's `api_key`.
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
	// Upstream allows callers with this key to be passed on to the real WorkOS.
	Upstream bool
}

// Expired tells whether the key has expired by now.
func (k APIKey) Expired(now time.Time) bool { return expired(k.ExpiresAt, now) }

func expired(at, now time.Time) bool { return !at.IsZero() && !now.Before(at) }

func (k *APIKey) clone() APIKey {
	c := *k
	c.Permissions = slices.Clone(k.Permissions)
	return c
}

var apiKeys = table[APIKey]{
	name:   "api_keys",
	unique: []unique[APIKey]{{"digest", func(k *APIKey) string { return k.Digest.key() }}},
	lists: []list[APIKey]{
		{byCreation, everything[APIKey]},
		{byOrganization, func(k *APIKey) (string, bool) { return k.OrganizationID, k.OrganizationID != "" }},
		{byUser, func(k *APIKey) (string, bool) { return k.UserID, k.UserID != "" }},
	},
	retire: []string{primary},
}

// APIKey looks a key up by id.
func (t *Txn) APIKey(id string) (APIKey, bool) { return get(t, apiKeys, primary, id) }

// APIKeyByDigest looks a key up by the digest of its value.
func (t *Txn) APIKeyByDigest(digest Digest) (APIKey, bool) {
	return get(t, apiKeys, "digest", digest.key())
}

// OrganizationAPIKeys lists the keys that belong to an organization or to one of its users.
func (t *Txn) OrganizationAPIKeys(organizationID string, p Page) (List[APIKey], error) {
	return page(t, apiKeys, byOrganization, organizationID, p, nil)
}

// UserAPIKeys lists a user's keys, of one organization or, where organizationID is empty, of all.
func (t *Txn) UserAPIKeys(userID, organizationID string, p Page) (List[APIKey], error) {
	var match func(APIKey) bool
	if organizationID != "" {
		match = func(k APIKey) bool { return k.OrganizationID == organizationID }
	}
	return page(t, apiKeys, byUser, userID, p, match)
}

// HasOrganizationAPIKey tells whether any key belongs to an organization or to one of its users.
func (t *Txn) HasOrganizationAPIKey(organizationID string) bool {
	return holds(t, apiKeys, byOrganization, organizationID)
}

// HasUserAPIKey tells whether any key belongs to a user.
func (t *Txn) HasUserAPIKey(userID string) bool { return holds(t, apiKeys, byUser, userID) }

// AllAPIKeys returns every key, oldest first.
func (t *Txn) AllAPIKeys() []APIKey { return all(t, apiKeys, byCreation, "") }

// InsertAPIKey adds a key. It returns [ErrConflict] for a taken id or value.
func (t *Txn) InsertAPIKey(k APIKey) error {
	return insert(t, apiKeys, k)
}

// UpdateAPIKey changes a key. It returns [ErrNotFound], [ErrConflict] or the error of change.
func (t *Txn) UpdateAPIKey(id string, change func(*APIKey) error) (APIKey, error) {
	return update(t, apiKeys, id, change)
}

// DeleteAPIKey deletes a key.
func (t *Txn) DeleteAPIKey(id string) error { return remove(t, apiKeys, id) }
