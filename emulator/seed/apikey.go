package seed

import (
	"io"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
	"github.com/caddy-workos/caddy-workos/store"
)

// apiKey is a customer's key, of the sequence form of apiKeys.
type apiKey struct {
	document.Place
	owner
	id, name, userID, value text
	permissions             []text
	expiresAt               time.Time
	upstream                bool
}

var apiKeys = &kindOf[apiKey, store.APIKey]{
	singular: "API key", plural: "API keys",
	block: format.Block[apiKey]{
		Name:       "apiKeys",
		Heading:    "apiKeys, as a sequence",
		Definition: "apiKey",
		Entry:      "An API key that a customer holds.",
		About:      "Keys that customers hold.",
		Notes:      "The API lists, validates, expires and deletes them. With one, its holder may use the emulated endpoints.",
		Fields: []format.Field[apiKey]{
			format.Optional("id", idText, func(k *apiKey) *text { return &k.id },
				"Letters, digits, `_` and `-`. Derived from the name and owner where it is left out."),
			format.Required("name", nameText, func(k *apiKey) *text { return &k.name }, "The name."),
			format.Optional("organization", organizationName, func(k *apiKey) *text { return &k.organization },
				"The owner, by its name in this file. A key needs this or `organization_id`, and not both."),
			format.Optional("organization_id", idText, func(k *apiKey) *text { return &k.organizationID }, aboutOrganizationID),
			format.Optional("user_id", userIDText, func(k *apiKey) *text { return &k.userID },
				"The user who owns the key, by id; the organization is then the one that the user acts in. It is not looked up."),
			format.Optional("value", keyText, func(k *apiKey) *text { return &k.value },
				"The key itself, which starts with `sk_`. Unique. Random where it is left out."),
			format.Optional("permissions", format.TextSet(field.PermissionRule), func(k *apiKey) *[]text { return &k.permissions },
				"Slugs, each of at most 48 lower-case letters, digits and `-` `_` `:` `.` `*`."),
			format.Optional("expires_at", format.Time, func(k *apiKey) *time.Time { return &k.expiresAt }, aboutExpiry),
			format.Optional("upstream", format.Bool, func(k *apiKey) *bool { return &k.upstream },
				"Whether its holder may be passed on to the real WorkOS, with the real key. `false` where it is left out."),
		},
		Ignored:  []string{"environment"},
		Instead:  insteadOfKey,
		Together: format.Schema{Not: &bothOwners, AnyOf: eitherOwner},
	},
	identity: identity[apiKey]{
		prefix: id.APIKey,
		pinned: func(k *apiKey) text { return k.id },
		natural: func(k *apiKey) []string {
			return []string{k.name.Value, k.organization.Value, k.organizationID.Value, k.userID.Value}
		},
		shared: "its name and owner are those",
	},
	check:   (*apiKey).check,
	secrets: func(k *apiKey, do func(text)) { do(k.value) },
	row:     (*apiKey).row,
	added:   (*apiKey).hold,
	table: &table[store.APIKey]{
		Table: store.APIKeys,
		makeSecret: func(row *store.APIKey, random io.Reader) error {
			value, err := credential.NewAPIKey(random)
			row.Digest, row.Obfuscated = store.DigestOf(value), credential.Obfuscate(value)
			return err
		},
		shareSecret: func(row *store.APIKey, from store.APIKey) { row.Digest, row.Obfuscated = from.Digest, from.Obfuscated },
		owners: func(k *store.APIKey) []ownerRow {
			return []ownerRow{{store.Organizations, k.OrganizationID}, {store.Users, k.UserID}}
		},
	},
}

const (
	keyValue    = "API key value" // what a value is that only one key has
	keyPrefix   = "sk_"
	aboutExpiry = "When it expires, in RFC 3339, such as `2030-01-31T12:00:00Z`, or as a date, which begins at midnight UTC. " +
		"Never, where it is left out."
)

// keySchema is that of the value of an API key.
var keySchema = format.Schema{Type: format.Types{"string"}, Pattern: `^(` + keyPrefix + `|` + format.Placeholder + `)`}

// keyText is the value of an API key, which must be able to stand in a header: with a line break at its end, as one read from a
// file has, no request could have it.
var keyText = format.New("string", keySchema, func(v document.Value) text {
	return format.Check(v, v.Text(), field.Rule{Check: func(value string) *field.Error {
		switch {
		case !strings.HasPrefix(value, keyPrefix):
			return &field.Error{Code: "invalid", Message: `must start with "` + keyPrefix + `"`}
		case strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
			return &field.Error{Code: "invalid", Message: "must consist of visible ASCII characters, without a space or a line break"}
		}
		return nil
	}})
})

// check reports what the fields of a key, each right by itself, may not be together.
func (k *apiKey) check(r *resolver) {
	if !k.hasOwner() {
		at := k.Place.At("organization")
		if k.userID.Given {
			r.doc.Fail(at, "a user's key needs an organization as well, or an organization_id")
		} else {
			r.doc.Fail(at, "a key needs an organization, or an organization_id")
		}
	}
	checkUserID(r, k.userID)
	k.resolveOwner(r)
}

func (k *apiKey) row(r *resolver, keyID string) store.APIKey {
	row := store.APIKey{
		Meta:           store.Meta{ID: keyID, RandomSecret: !k.value.Set},
		Name:           k.name.Value,
		OrganizationID: k.ownerID,
		UserID:         k.userID.Value,
		Permissions:    valuesOf(k.permissions),
		ExpiresAt:      k.expiresAt,
		Upstream:       k.upstream,
	}
	if k.value.Set {
		r.unique.add(keyValue, k.value.Value, k.value.Place)
		row.Digest, row.Obfuscated = store.DigestOf(k.value.Value), credential.Obfuscate(k.value.Value)
	}
	if k.upstream && k.value.Value == DefaultKey {
		r.doc.Fail(k.value.Place, "everybody knows this key: it cannot stand for the real one")
	}
	return row
}
