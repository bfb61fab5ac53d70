package seed

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
	"github.com/caddy-workos/caddy-workos/store"
)

// DefaultKey is the environment key that exists while a seed declares no apiKeys at all.
const DefaultKey = credential.BuiltInKey

// environmentKey is a member of the mapping form of apiKeys.
type environmentKey struct {
	document.Place
	value       text
	environment text
	expiresAt   time.Time
}

var environmentKeys = &kindOf[environmentKey, store.EnvironmentKey]{
	singular: "environment key", plural: "environment keys",
	block: environmentKeyBlock,
	keyed: &keyed[environmentKey]{keySchema, decodeEnvironmentKeys},
	implied: func() []environmentKey {
		return []environmentKey{{Place: document.Place{}.At("apiKeys"), value: text{Value: DefaultKey}}}
	},
	impliedName: "the default key " + DefaultKey,
	secrets: func(k *environmentKey, do func(text)) {
		if k.value.Value != DefaultKey {
			do(k.value)
		}
	},
	row:   (*environmentKey).row,
	added: (*environmentKey).hold,
	table: &table[store.EnvironmentKey]{Table: store.EnvironmentKeys},
}

var environmentKeyBlock = format.Block[environmentKey]{
	Name:       "apiKeys",
	Heading:    "apiKeys, as a mapping",
	Definition: "environmentKey",
	Entry:      "A key of the environment.",
	About:      "Keys of the environment. Without this block, there is one, `" + DefaultKey + "`.",
	Notes: `A backend calls the API with such a key; the API does not list them. Each is the name of a mapping, which may be empty:

` + "```yaml" + `
apiKeys:
  sk_test_local: { environment: test }
  "{env.BACKEND_KEY}":
` + "```",
	Fields: []format.Field[environmentKey]{
		format.Optional("environment", anyText, func(k *environmentKey) *text { return &k.environment },
			"A label. Where it is left out: `production` for a key that starts with `sk_live_`, else `test`."),
		expiry("expires_at", aboutExpiry),
		expiry("expiresAt", "The same, as the WorkOS emulator calls it. Not beside `expires_at`."),
	},
	Instead:  insteadOfDetails,
	Together: format.Schema{Not: &format.Schema{Required: []string{"expires_at", "expiresAt"}}},
}

// insteadOfKey says how a key of the environment is written, where something else stands in the place of it or of a customer's. A key
// that is not public is a secret, whatever environment it is of: it is not shown, but for the placeholder that stands for it, and for one
// of which its obfuscated form shows all that is not the same for all keys.
func insteadOfKey(v document.Value) string {
	key := "<the key>"
	if text, ok := v.Written(); ok && (text == DefaultKey || hidesNothing.MatchString(text)) {
		key = text
	} else if ok && placeholderAlone.MatchString(text) {
		key = strconv.Quote(text)
	}
	return "; a key of the environment is a member of a mapping, without a dash before it: write `" + key + ": {}`"
}

// insteadOfDetails says what may stand beside a key.
func insteadOfDetails(v document.Value) string {
	if text, ok := v.Written(); ok && v.Document().MayHoldSecret(text) {
		return "; the key itself is the name, and `{}` the value"
	}
	return "; write `{}`, or `{ environment: test }`"
}

// hidesNothing is a key of which no more than four characters are its own: the obfuscated form shows as many.
var hidesNothing = regexp.MustCompile(`^sk_test_[A-Za-z0-9]{1,4}$`)

// placeholderAlone is a text that is one placeholder.
var placeholderAlone = regexp.MustCompile(`^\{(env|file)\.[^{}]+\}$`)

// expiry is the field expires_at by one of its two names.
func expiry(name, about string) format.Field[environmentKey] {
	f := format.Optional(name, format.Time, func(k *environmentKey) *time.Time { return &k.expiresAt }, about)
	decode := f.Decode
	f.Decode = func(k *environmentKey, v document.Value) {
		if !k.expiresAt.IsZero() {
			v.Fail("give either expires_at or expiresAt, not both")
			return
		}
		decode(k, v)
	}
	return f
}

// decodeEnvironmentKeys decodes a mapping of key values. The paths count its members, for the keys are secrets.
func decodeEnvironmentKeys(v document.Value) []environmentKey {
	members, _ := v.Members()
	keys := make([]environmentKey, 0, len(members))
	for i, m := range members {
		key, element := v.NumberedMember(i, m)
		k := environmentKey{Place: element.Place}
		if !element.IsNull() {
			k, _ = environmentKeyBlock.Decode(element)
		}
		if k.value = keyText.Decode(key); k.value.Set {
			keys = append(keys, k)
		}
	}
	return keys
}

// row has an id that tells nothing of the value, being derived from its digest.
func (k *environmentKey) row(r *resolver, _ string) store.EnvironmentKey {
	r.unique.add(keyValue, k.value.Value, k.Place)
	environment := k.environment.Value
	switch {
	case environment != "":
	case strings.HasPrefix(k.value.Value, "sk_live_"):
		environment = "production"
	default:
		environment = "test"
	}
	digest := store.DigestOf(k.value.Value)
	return store.EnvironmentKey{
		Meta:        store.Meta{ID: id.Derive(id.EnvironmentKey, string(digest[:]))},
		Environment: environment,
		Digest:      digest,
		ExpiresAt:   k.expiresAt,
		LocalOnly:   k.value.Value == DefaultKey,
		BuiltIn:     !k.value.Set,
	}
}
