package store

import (
	"crypto/sha256"
	"crypto/subtle"
	"sync/atomic"
	"time"
)

// Digest is the SHA-256 of a secret, which is all that the store keeps of one.
type Digest [sha256.Size]byte

// DigestOf returns the digest of a secret.
func DigestOf(secret string) Digest { return sha256.Sum256([]byte(secret)) }

// Equal compares in constant time.
func (d Digest) Equal(other Digest) bool { return subtle.ConstantTimeCompare(d[:], other[:]) == 1 }

// IsZero tells that there is no digest: no secret has this one.
func (d Digest) IsZero() bool { return d == Digest{} }

// key is the digest as an index key.
func (d Digest) key() string {
	if d.IsZero() {
		return ""
	}
	return string(d[:])
}

// usage is the moment a credential was last used. All copies of a row share it, which is what lets a request note its
// use without a write transaction: use is not part of a snapshot.
type usage struct {
	millis *atomic.Int64 // Unix time; 0 is never
}

// Used notes that the credential was used. It never goes back in time and does nothing on a row that was never stored.
func (u usage) Used(at time.Time) {
	if u.millis == nil {
		return
	}
	now := at.UnixMilli()
	for {
		last := u.millis.Load()
		if last >= now || u.millis.CompareAndSwap(last, now) {
			return
		}
	}
}

// LastUsedAt is the zero time for a credential that was never used.
func (u usage) LastUsedAt() time.Time {
	if u.millis == nil {
		return time.Time{}
	}
	millis := u.millis.Load()
	if millis == 0 {
		return time.Time{}
	}
	return time.UnixMilli(millis).UTC()
}

// shared returns the usage that the copies of a row share, making it when the row is first stored.
func (u usage) shared() usage {
	if u.millis == nil {
		return usage{millis: new(atomic.Int64)}
	}
	return u
}
