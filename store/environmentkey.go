package store

import "time"

// EnvironmentKey is an API key of the environment itself: what a backend authenticates its REST calls with.
type EnvironmentKey struct {
	Meta
	Environment string // a label, such as "test"
	Digest      Digest // of the key's value; unique
	ExpiresAt   time.Time
	// LocalOnly tells a key that everybody knows: it stands for no other key.
	LocalOnly bool
	// BuiltIn tells the key that exists where none is configured.
	BuiltIn bool
}

// Expired tells whether the key has expired by now.
func (k EnvironmentKey) Expired(now time.Time) bool { return expired(k.ExpiresAt, now) }

func (k *EnvironmentKey) clone() EnvironmentKey { return *k }

var environmentKeys = table[EnvironmentKey]{
	name:   "environment_keys",
	unique: []unique[EnvironmentKey]{{"digest", func(k *EnvironmentKey) string { return k.Digest.key() }}},
	lists:  []list[EnvironmentKey]{{byCreation, everything[EnvironmentKey]}},
}

// EnvironmentKeyByDigest looks a key up by the digest of its value.
func (t *Txn) EnvironmentKeyByDigest(digest Digest) (EnvironmentKey, bool) {
	return get(t, environmentKeys, "digest", digest.key())
}

// AllEnvironmentKeys returns every environment key, oldest first.
func (t *Txn) AllEnvironmentKeys() []EnvironmentKey { return all(t, environmentKeys, byCreation, "") }

// InsertEnvironmentKey adds a key. It returns [ErrConflict] for a taken id or value.
func (t *Txn) InsertEnvironmentKey(k EnvironmentKey) error {
	return insert(t, environmentKeys, k)
}

// DeleteEnvironmentKey deletes a key.
func (t *Txn) DeleteEnvironmentKey(id string) error { return remove(t, environmentKeys, id) }
