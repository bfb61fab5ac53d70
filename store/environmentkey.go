package store

import "time"

// EnvironmentKey is an API key of the environment itself: what a backend authenticates its REST calls with.
type EnvironmentKey struct {
	Meta
	Environment string // a label, such as "test"
	Digest      Digest // of the key's value; unique
	ExpiresAt   time.Time
	// LocalOnly marks a key whose value is public. It is never exchanged for the real key.
	LocalOnly bool
	// BuiltIn marks the key that exists where none is configured.
	BuiltIn bool
}

// Expired reports whether the key has expired at a time.
func (k EnvironmentKey) Expired(now time.Time) bool { return expired(k.ExpiresAt, now) }

func (k *EnvironmentKey) clone() EnvironmentKey { return *k }

// EnvironmentKeys is the table of environment keys.
var EnvironmentKeys = newTable(Table[EnvironmentKey]{
	name:   "environment_keys",
	unique: []unique[EnvironmentKey]{{field: "digest", value: func(k *EnvironmentKey) string { return k.Digest.key() }}},
})

// EnvironmentKeyByDigest looks up a key by the digest of its value.
func (t *Txn) EnvironmentKeyByDigest(digest Digest) (EnvironmentKey, bool) {
	return EnvironmentKeys.get(t, "digest", digest.key())
}
