package seed

import (
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// DefaultKey is the environment key that exists while a seed declares no apiKeys at all.
const DefaultKey = credential.BuiltInKey

// environmentKey is a member of the mapping form of apiKeys.
type environmentKey struct {
	place
	value       text
	environment text
	expiresAt   time.Time
}

var environmentKeyBlock = block[environmentKey]{
	name: "apiKeys",
	fields: []field[environmentKey]{
		{"environment", false, func(k *environmentKey, v value) { k.environment = v.text() }},
		{"expires_at", false, (*environmentKey).decodeExpiry},
		{"expiresAt", false, (*environmentKey).decodeExpiry}, // as the WorkOS emulator calls it
	},
}

func (k *environmentKey) decodeExpiry(v value) {
	if !k.expiresAt.IsZero() {
		v.fail("give either expires_at or expiresAt, not both")
		return
	}
	k.expiresAt = v.time()
}

// decodeEnvironmentKeys decodes a mapping of key values. The paths count its members, for the keys are secrets.
func decodeEnvironmentKeys(v value) []environmentKey {
	members, _ := v.members()
	keys := make([]environmentKey, 0, len(members))
	for i, m := range members {
		element := v.d.value(m.value, v.path.element(i))
		element.line, element.column = m.at.line, m.at.column
		var k environmentKey
		if element.isNull() {
			k.place = element.place
		} else {
			k, _ = decode(element, environmentKeyBlock)
		}
		if k.value = v.d.written(m.key, element.place).keyValue(); k.value.set {
			keys = append(keys, k)
		}
	}
	return keys
}

// row is what is stored of an environment key. Its id tells nothing of the value, being derived from its digest.
func (k environmentKey) row() store.EnvironmentKey {
	environment := k.environment.value
	switch {
	case environment != "":
	case strings.HasPrefix(k.value.value, "sk_live_"):
		environment = "production"
	default:
		environment = "test"
	}
	digest := store.DigestOf(k.value.value)
	return store.EnvironmentKey{
		Meta:        store.Meta{ID: id.Derive(id.EnvironmentKey, string(digest[:]))},
		Environment: environment,
		Digest:      digest,
		ExpiresAt:   k.expiresAt,
		LocalOnly:   k.value.value == DefaultKey,
		BuiltIn:     !k.value.set,
	}
}
