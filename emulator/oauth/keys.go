package oauth

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"
)

// Keys are the keys that verify the tokens of an instance, beside the key that signs now: the keys of its other emulators, and the
// replaced ones until their last token has expired. Share one between the emulators of an instance, so that it survives a new
// configuration. Its zero value is ready to use, and it is safe for concurrent use.
type Keys struct {
	mu   sync.Mutex
	byID map[string]*knownKey
}

// knownKey is one of Keys.
type knownKey struct {
	public  *PublicKey
	signers map[*SigningKey]int // those in use, with the number of emulators that use them
	used    bool                // the key may have signed tokens
	until   time.Time           // when the last token of signers that are no longer in use expires
}

// Keep makes the tokens of a key valid until a time. The key may be one of another process.
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

// mayHaveTokens reports whether there may be tokens of the key that have not expired. Replayed tokens are signed without a call of
// use, so it asks the signers too.
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

// begin notes that one more emulator signs with a key. [Keys.end] notes that it stops.
func (k *Keys) begin(key *SigningKey) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.known(&key.PublicKey).signers[key]++
}

// end notes that an emulator stops signing with a key. If the key may have signed tokens, other processes may have signed some with it
// too. Their lifetime is at most ttl.
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

// forget drops the keys whose tokens have expired. k.mu is held.
func (k *Keys) forget(now time.Time) {
	maps.DeleteFunc(k.byID, func(_ string, n *knownKey) bool { return len(n.signers) == 0 && !now.Before(n.until) })
}

// use notes that a key in use may have signed tokens.
func (k *Keys) use(key *SigningKey) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.known(&key.PublicKey).used = true
}

// beside returns the keys that verify tokens at a time, without own, in the order of their ids.
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

// InUse returns how many keys the emulators sign with.
func (k *Keys) InUse() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	count := 0
	for _, n := range k.byID {
		count += len(n.signers)
	}
	return count
}
