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

// key is the digest as an index key.
func (d Digest) key() string {
	if d.IsZero() {
		return ""
	}
	return string(d[:])
}

// usage is the moment a credential was last used. All copies of a row share it, and it is not part of a snapshot, so that a
// request records its use without a write transaction.
type usage struct{ last *lastUse }

type lastUse struct {
	moment atomic.Pointer[moment] // nil for never
	resets *atomic.Uint64         // the store's
}

// moment counts until the store is reset.
type moment struct {
	millis int64 // Unix time
	resets uint64
}

// used is a row that has a usage.
type used interface{ use() *usage }

func (u *usage) use() *usage { return u }

// begin makes the usage that the copies of a row share, when the row is first stored.
func (u *usage) begin(s *Store) {
	if u.last == nil {
		u.last = &lastUse{resets: &s.resets}
	}
}

// Used records that the credential was used. It never goes back in time and does nothing on a row that was never stored.
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

// LastUsedAt is the zero time for a credential that was not used since the store was last reset.
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
