package seed

import (
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/store"
)

// apiKey is a customer's key, of the sequence form of apiKeys.
type apiKey struct {
	place
	owner
	id, name, userID, value text
	permissions             []text
	expiresAt               time.Time
	upstream                bool
}

var apiKeyBlock = block[apiKey]{
	name: "apiKeys",
	fields: []field[apiKey]{
		{"id", false, func(k *apiKey, v value) { k.id = v.identifier() }},
		{"name", true, func(k *apiKey, v value) { k.name = v.name() }},
		{"organization", false, func(k *apiKey, v value) { k.organization = v.filled() }},
		{"organization_id", false, func(k *apiKey, v value) { k.organizationID = v.identifier() }},
		{"user_id", false, func(k *apiKey, v value) { k.userID = v.filled() }},
		{"value", false, func(k *apiKey, v value) { k.value = v.keyValue() }},
		{"permissions", false, func(k *apiKey, v value) { k.permissions = v.permissions() }},
		{"expires_at", false, func(k *apiKey, v value) { k.expiresAt = v.time() }},
		{"upstream", false, func(k *apiKey, v value) { k.upstream = v.isTrue() }},
	},
	ignored: []string{"environment"},
}

const keyPrefix = "sk_"

// keyValue decodes the value of an API key, which must be able to stand in a header: a line break at its end, as one read
// from a file has, would make it a key that nobody can use.
func (v value) keyValue() text {
	t := v.text()
	switch {
	case !t.set:
	case !strings.HasPrefix(t.value, keyPrefix):
		v.fail("must start with %q", keyPrefix)
		t.set = false
	case strings.ContainsFunc(t.value, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		v.fail("must consist of visible ASCII characters, without a space or a line break")
		t.set = false
	}
	return t
}

// natural is what tells the key from others where it has no pinned id.
func (k apiKey) natural() []string {
	return []string{k.name.value, k.organization.value, k.organizationID.value, k.userID.value}
}

// row is what is stored of a key of the given id, which is empty where only the content counts. A key without a pinned
// value has none yet.
func (k apiKey) row(keyID, organizationID string) store.APIKey {
	row := store.APIKey{
		Meta:           store.Meta{ID: keyID},
		Name:           k.name.value,
		OrganizationID: organizationID,
		UserID:         k.userID.value,
		Permissions:    values(k.permissions),
		ExpiresAt:      k.expiresAt,
		Upstream:       k.upstream,
	}
	if k.value.set {
		row.Digest, row.Obfuscated = store.DigestOf(k.value.value), credential.Obfuscate(k.value.value)
	}
	return row
}

func values(texts []text) []string {
	values := make([]string, 0, len(texts))
	for _, t := range texts {
		values = append(values, t.value)
	}
	return values
}
