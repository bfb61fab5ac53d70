package oauth

import (
	"sync"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/store"
)

// Signer has the key that an emulator signs with, and the other keys whose tokens are valid. Use [NewSigner].
type Signer struct {
	SignerOptions

	mu   sync.Mutex
	key  *SigningKey
	used bool // use was called for key
}

// SignerOptions configures a Signer. All but CurrentKey are required.
type SignerOptions struct {
	// Key is the first key.
	Key *SigningKey
	// CurrentKey returns the key that signs from now on. Nil where the key does not change.
	CurrentKey func() *SigningKey
	// Keys are the keys that verify beside the one that signs.
	Keys *Keys
	// Replays reports whether there are fixtures to replay, whose tokens are signed by SignReplayed of the key.
	Replays func() bool
	// Store has the applications, which may have a lifetime of tokens of their own.
	Store *store.Store
	// TokenTTL is the lifetime of tokens of the other applications.
	TokenTTL time.Duration
	// UserTokenTTL is the lifetime of users' tokens.
	UserTokenTTL time.Duration
	// Now is the clock.
	Now func() time.Time
}

// NewSigner returns a Signer. It must be closed.
func NewSigner(o SignerOptions) *Signer {
	o.Keys.begin(o.Key)
	return &Signer{SignerOptions: o, key: o.Key}
}

// Close takes the key out of use. It must be called once.
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

// verifyingKeys returns the key that signs now, and the other keys whose tokens are valid at a time.
func (s *Signer) verifyingKeys(now time.Time) []*PublicKey {
	own := s.Current()
	return append([]*PublicKey{&own.PublicKey}, s.Keys.beside(own, now)...)
}

// servedKeys returns the keys of the JWKS: the verifying keys and, where there are fixtures to replay, each of them again under the kid
// of replayed tokens.
func (s *Signer) servedKeys(now time.Time) []*PublicKey {
	keys := s.verifyingKeys(now)
	if s.Replays() {
		for _, key := range keys {
			keys = append(keys, key.Replayed())
		}
	}
	return keys
}

// longestTTL returns the longest lifetime of a token that another process may have signed with the key.
func (s *Signer) longestTTL() time.Duration {
	ttl := max(LongestTTL(s.Store, s.TokenTTL), s.UserTokenTTL)
	if s.Replays() {
		ttl = max(ttl, limits.ReplayedTTL)
	}
	return ttl
}

// LongestTTL returns the longest lifetime of a token that can be issued now to an application in a store. fallback is the lifetime for
// applications that have none of their own. It returns 0 where no application can get a token.
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
