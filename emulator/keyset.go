package emulator

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/store"
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

// mayHaveTokens tells whether there may be tokens of the key that have not expired. A replayed one is signed without any
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

// signingKey returns the key that signs now.
func (e *Emulator) signingKey() *SigningKey {
	var current *SigningKey
	if e.CurrentKey != nil {
		current = e.CurrentKey() // may take a while
	}
	e.signing.Lock()
	defer e.signing.Unlock()
	if current != nil && current.kid != e.signing.key.kid {
		e.Keys.begin(current)
		e.Keys.use(e.signing.key) // by other processes
		e.Keys.end(e.signing.key, e.Now(), e.longestTTL())
		e.signing.key, e.signing.used = current, false
	}
	if !e.signing.used {
		e.Keys.use(e.signing.key)
		e.signing.used = true
	}
	return e.signing.key
}

// release takes the emulator's key out of use.
func (e *Emulator) release() {
	e.signing.Lock()
	defer e.signing.Unlock()
	e.Keys.end(e.signing.key, e.Now(), e.longestTTL())
}

// verifyingKeys returns the key that signs now, and the others whose tokens are good.
func (c *call) verifyingKeys() []*PublicKey {
	own := c.emulator.signingKey()
	return append([]*PublicKey{&own.PublicKey}, c.emulator.Keys.beside(own, c.now)...)
}

// servedKeys returns what the JWKS has of them: where there are fixtures, each under the kid of replayed tokens too, behind
// the others.
func (c *call) servedKeys() []*PublicKey {
	keys := c.verifyingKeys()
	if c.emulator.Replays() {
		for _, key := range keys {
			keys = append(keys, key.Replayed())
		}
	}
	return keys
}

// signing is the key that an emulator signs with.
type signing struct {
	sync.Mutex
	key  *SigningKey
	used bool // Keys knows that it is used
}

// longestTTL is how long a token can live that another process has signed with the emulator's key.
func (e *Emulator) longestTTL() time.Duration {
	ttl := LongestTTL(e.Store, e.TokenTTL)
	if e.Replays() {
		ttl = max(ttl, limits.ReplayedTTL)
	}
	return ttl
}

// LongestTTL is how long a token can live that is given now to an application of a store, where those without a lifetime of
// their own have the given one. It is 0 where there is no application that could have one.
func LongestTTL(s *store.Store, fallback time.Duration) (longest time.Duration) {
	for _, application := range store.Applications.All(s.View()) {
		if application.Type != store.M2M {
			continue
		}
		ttl := application.TokenTTL
		if ttl == 0 {
			ttl = fallback
		}
		longest = max(longest, ttl)
	}
	return longest
}
