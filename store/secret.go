package store

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"sync"
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

// secrets is the set of all digests that rows were ever given. It only grows: a secret that was deleted, or that came
// with a transaction that failed, is still nobody else's business.
type secrets struct {
	// seen has a bit for each digest that was added, by other bytes of it. Most of what is looked for is not there, and
	// needs no lock to be told so, which all cores would fight for.
	seen [1 << 12]atomic.Uint64

	mu   sync.RWMutex
	held map[uint64]struct{} // by the digest's first bytes, which are as good as random
}

// bit is the digest's place in seen.
func (s *secrets) bit(d Digest) (word *atomic.Uint64, mask uint64) {
	place := binary.NativeEndian.Uint32(d[8:])
	return &s.seen[place%uint32(len(s.seen))], 1 << (place >> 26)
}

func (s *secrets) add(d Digest) {
	word, mask := s.bit(d)
	word.Or(mask)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held == nil {
		s.held = map[uint64]struct{}{}
	}
	s.held[binary.NativeEndian.Uint64(d[:])] = struct{}{}
}

func (s *secrets) hold(d Digest) bool {
	if word, mask := s.bit(d); word.Load()&mask == 0 {
		return false
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.held[binary.NativeEndian.Uint64(d[:])]
	return ok
}

// HoldsSecret tells whether a digest is, or ever was, that of an API key, an environment key or a client secret. It is
// not part of a snapshot.
func (t *Txn) HoldsSecret(d Digest) bool { return t.store.secrets.hold(d) }

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
