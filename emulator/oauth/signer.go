package oauth

import (
	"sync"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/store"
)

// Signer is the key that an emulator signs with, and the keys whose tokens are good beside it. Use [NewSigner].
type Signer struct {
	SignerOptions

	mu   sync.Mutex
	key  *SigningKey
	used bool // Keys knows that it is used
}

// SignerOptions configures a Signer. All are required, but for CurrentKey.
type SignerOptions struct {
	// Key is the first key, and CurrentKey returns the one from now on, if it changes.
	Key        *SigningKey
	CurrentKey func() *SigningKey
	// Keys are those that verify beside the one that signs.
	Keys *Keys
	// Replays reports whether there are fixtures, whose tokens are signed by SignReplayed of the key.
	Replays func() bool
	// Store has the applications, whose tokens live for their own time, or for TokenTTL.
	Store    *store.Store
	TokenTTL time.Duration
	Now      func() time.Time
}

// NewSigner returns a Signer, which is to be closed.
func NewSigner(o SignerOptions) *Signer {
	o.Keys.begin(o.Key)
	return &Signer{SignerOptions: o, key: o.Key}
}

// Close takes the key out of use. It is called once.
func (s *Signer) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Keys.end(s.key, s.Now(), s.longestTTL())
}

// Current returns the key that signs now.
func (s *Signer) Current() *SigningKey {
	var current *SigningKey
	if s.CurrentKey != nil {
		current = s.CurrentKey() // may take a while
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if current != nil && current.kid != s.key.kid {
		s.Keys.begin(current)
		s.Keys.use(s.key) // by other processes
		s.Keys.end(s.key, s.Now(), s.longestTTL())
		s.key, s.used = current, false
	}
	if !s.used {
		s.Keys.use(s.key)
		s.used = true
	}
	return s.key
}

// verifyingKeys returns the key that signs now, and the others whose tokens are good at a time.
func (s *Signer) verifyingKeys(now time.Time) []*PublicKey {
	own := s.Current()
	return append([]*PublicKey{&own.PublicKey}, s.Keys.beside(own, now)...)
}

// servedKeys returns what the JWKS has of them: where there are fixtures, each under the kid of replayed tokens too, behind
// the others.
func (s *Signer) servedKeys(now time.Time) []*PublicKey {
	keys := s.verifyingKeys(now)
	if s.Replays() {
		for _, key := range keys {
			keys = append(keys, key.Replayed())
		}
	}
	return keys
}

// longestTTL is how long a token can live that another process has signed with the key.
func (s *Signer) longestTTL() time.Duration {
	ttl := LongestTTL(s.Store, s.TokenTTL)
	if s.Replays() {
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
