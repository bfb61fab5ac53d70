package store

import (
	"crypto/sha256"
	"crypto/subtle"
	"sync/atomic"
	"time"
)

// Digest is the SHA-256 of a secret. The store has no secrets, only their digests.
type Digest [sha256.Size]byte

// DigestOf returns the digest of a secret.
func DigestOf(secret string) Digest { return sha256.Sum256([]byte(secret)) }

// Equal compares in constant time.
func (d Digest) Equal(other Digest) bool { return subtle.ConstantTimeCompare(d[:], other[:]) == 1 }

// IsZero reports whether the digest is unset: no secret has this one.
func (d Digest) IsZero() bool { return d == Digest{} }

// key returns the digest as an index key. It is empty for the zero digest.
func (d Digest) key() string {
	if d.IsZero() {
		return ""
	}
	return string(d[:])
}

// usage has the last use of a credential. All copies of a row share it, and it is not part of a snapshot, so that a use is noted without a
// write transaction.
type usage struct{ last *lastUse }

type lastUse struct {
	moment atomic.Pointer[moment] // nil for never
	resets *atomic.Uint64         // the store's
}

// moment is the time of a use. It is valid until the next reset of the store.
type moment struct {
	millis int64 // Unix time
	resets uint64
}

// used is a row that has a usage.
type used interface{ use() *usage }

func (u *usage) use() *usage { return u }

// begin makes the usage that all copies of a row share. It is called when the row is stored.
func (u *usage) begin(s *Store) {
	if u.last == nil {
		u.last = &lastUse{resets: &s.resets}
	}
}

// Used notes that the credential was used at a time. An earlier time than the last one is ignored. It does nothing on a row that was never
// stored.
func (u usage) Used(at time.Time) {
	if u.last == nil {
		return
	}
	now := &moment{at.UnixMilli(), u.last.resets.Load()}
	for {
		last := u.last.moment.Load()
		if last != nil && (last.resets > now.resets || last.resets == now.resets && last.millis >= now.millis) {
			return
		}
		if u.last.moment.CompareAndSwap(last, now) {
			return
		}
	}
}

// LastUsedAt returns the last use, in milliseconds and UTC. It is the zero time where there was none since the last reset.
func (u usage) LastUsedAt() time.Time {
	if u.last == nil {
		return time.Time{}
	}
	last := u.last.moment.Load()
	if last == nil || last.resets != u.last.resets.Load() {
		return time.Time{}
	}
	return time.UnixMilli(last.millis).UTC()
}
