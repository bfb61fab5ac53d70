package oauth

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"
)

// Keys are the keys by which the tokens of an instance verify, beside the one that signs now: those that others of its
// emulators sign with, and those that were replaced, until their last token has expired. Share one between the emulators of
// an instance, so that it survives a new configuration. Its zero value is ready.
type Keys struct {
	mu   sync.Mutex
	byID map[string]*knownKey
}

// knownKey is one of them.
type knownKey struct {
	public  *PublicKey
	signers map[*SigningKey]int // that are in use, and by how many emulators
	used    bool                // there may be tokens of it
	until   time.Time           // when the last token has expired of the signers that are not in use any more
}

// Keep has the tokens verify until then that a key has signed, which may be one of another process.
func (k *Keys) Keep(public *PublicKey, until time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.known(public).retain(until)
}

// known returns what is known of a key. k.mu is held.
func (k *Keys) known(public *PublicKey) *knownKey {
	if k.byID == nil {
		k.byID = map[string]*knownKey{}
	}
	found := k.byID[public.kid]
	if found == nil {
		found = &knownKey{public: public, signers: map[*SigningKey]int{}}
		k.byID[public.kid] = found
	}
	return found
}

func (n *knownKey) retain(until time.Time) {
	if until.After(n.until) {
		n.until = until
	}
}

// mayHaveTokens reports whether there may be tokens of the key that have not expired. A replayed one is signed without any
// emulator's knowledge.
func (n *knownKey) mayHaveTokens(now time.Time) bool {
	if now.Before(n.until) || n.used && len(n.signers) > 0 {
		return true
	}
	for signer := range n.signers {
		if now.Before(signer.LastExpiry()) {
			return true
		}
	}
	return false
}

// begin says that an emulator signs with a key from now on, and end, that it does not any more.
func (k *Keys) begin(key *SigningKey) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.known(&key.PublicKey).signers[key]++
}

// end takes a key out of use. If there may be tokens of it, other processes may have signed some too, whose lifetime is at
// most ttl.
func (k *Keys) end(key *SigningKey, now time.Time, ttl time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := k.known(&key.PublicKey)
	if n.signers[key]--; n.signers[key] == 0 {
		delete(n.signers, key)
	}
	n.retain(key.LastExpiry())
	if n.used {
		n.retain(now.Add(ttl))
	}
	k.forget(now)
}

// forget drops what has expired. k.mu is held.
func (k *Keys) forget(now time.Time) {
	maps.DeleteFunc(k.byID, func(_ string, n *knownKey) bool { return len(n.signers) == 0 && !now.Before(n.until) })
}

// use says that there may be tokens of a key that is in use.
func (k *Keys) use(key *SigningKey) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.known(&key.PublicKey).used = true
}

// beside returns the keys that verify at a time, but for one, in a fixed order.
func (k *Keys) beside(own *SigningKey, now time.Time) []*PublicKey {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.forget(now)
	var found []*PublicKey
	for kid, n := range k.byID {
		if kid != own.kid && n.mayHaveTokens(now) {
			found = append(found, n.public)
		}
	}
	slices.SortFunc(found, func(a, b *PublicKey) int { return cmp.Compare(a.kid, b.kid) })
	return found
}

// InUse is how many keys emulators sign with.
func (k *Keys) InUse() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	count := 0
	for _, n := range k.byID {
		count += len(n.signers)
	}
	return count
}
