// Package guard keeps local secrets from being sent to the upstream. [Secrets] are the local secrets of an instance. [Head], [Content]
// and [Screen] look for them in a request that is about to be passed on. [Keys] identifies callers and their access level.
package guard

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/caddy-workos/caddy-workos/emulator/scan"
)

// How many secrets are remembered of earlier seeds, and of those that the API was given: the newest ones.
const (
	maxRetired = 10_000
	maxAdded   = 10_000
)

// Secrets are the local secrets of an instance: those that its seed pins, those that earlier seeds have pinned, those that the API was
// given, and all that this program makes, which have a mark ([credential.Mark]). Its zero value has the marked ones only. It is safe for
// concurrent use.
type Secrets struct {
	set atomic.Pointer[scan.Set]

	mu      sync.Mutex
	seeds   int // how often Seed was called
	seeded  []scan.Secret
	retired []scan.Secret // the oldest first
	added   []scan.Secret // the oldest first
}

// marks is the set of all marked secrets.
var marks = scan.NewSet(nil, true)

// Set returns the set to look for. It is immutable; a new secret makes another one.
func (s *Secrets) Set() *scan.Set {
	if set := s.set.Load(); set != nil {
		return set
	}
	return marks
}

// Seed sets the secrets that the seed pins. Those of the seed before stay known. The returned function undoes that, for a seed that
// turns out not to be applicable. It does nothing after another call of Seed.
func (s *Secrets) Seed(secrets []scan.Secret) (undo func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seeds++
	number, seeded, retired := s.seeds, s.seeded, s.retired
	s.retired = newest(slices.Concat(retired, without(seeded, secrets)), maxRetired)
	s.seeded = secrets
	s.build()
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.seeds == number {
			s.seeded, s.retired = seeded, retired
			s.build()
		}
	}
}

// Add makes a secret known that the API was given, such as a password. Call it before the secret is good for anything. It stays known when
// what it belongs to is deleted.
func (s *Secrets) Add(secret string) {
	if secret == "" || s.Knows(secret) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.added = newest(slices.Concat(s.added, scan.Of(secret)), maxAdded)
	s.build()
}

// build makes the set. s.mu is held.
func (s *Secrets) build() {
	known := s.seeded // not copied where there are no others, as there may be many
	if len(s.retired)+len(s.added) > 0 {
		known = slices.Concat(s.retired, s.added, s.seeded)
	}
	s.set.Store(scan.NewSet(known, true))
}

// newest returns the last of some secrets, of which there may be too many.
func newest(secrets []scan.Secret, most int) []scan.Secret {
	return secrets[max(len(secrets)-most, 0):]
}

// without returns the secrets that are not among others.
func without(secrets, others []scan.Secret) (rest []scan.Secret) {
	kept := make(map[scan.Secret]bool, len(others))
	for _, secret := range others {
		kept[secret] = true
	}
	for _, secret := range secrets {
		if !kept[secret] {
			rest = append(rest, secret)
		}
	}
	return rest
}

// Knows reports whether a value is a local secret, or was one.
func (s *Secrets) Knows(value string) bool { return s.Set().Knows(value) }

// Within reports whether a value is or contains a local secret, in any encoding. A value that cannot be decoded counts as one.
func (s *Secrets) Within(value string) bool {
	found, err := s.Set().Holds([]byte(value), scan.Body, scan.Whole)
	return found || err != nil
}
