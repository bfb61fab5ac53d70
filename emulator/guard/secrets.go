// Package guard keeps local secrets from being sent to the upstream. [Secrets] are the local secrets of an instance. [Head], [Content]
// and [Screen] look for them in a request that is about to be passed on. [Keys] identifies callers and their access level.
package guard

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/caddy-workos/caddy-workos/emulator/scan"
)

// maxRetired is how many secrets of earlier seeds are remembered: the newest ones.
const maxRetired = 10_000

// Secrets are the local secrets of an instance: those that its seed pins, those that earlier seeds have pinned, and all that this
// program makes, which have a mark ([credential.Mark]). Its zero value has the marked ones only. It is safe for concurrent use.
type Secrets struct {
	set atomic.Pointer[scan.Set]

	mu      sync.Mutex
	seeded  []scan.Secret
	retired []scan.Secret // the oldest first
}

// marks is the set of all marked secrets.
var marks = scan.NewSet(nil, true)

// Set returns the set to look for. It is immutable; a new seed makes another one.
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
	set, seeded, retired := s.set.Load(), s.seeded, s.retired
	s.retired = slices.Concat(retired, without(seeded, secrets))
	if extra := len(s.retired) - maxRetired; extra > 0 {
		s.retired = s.retired[extra:]
	}
	s.seeded = secrets
	known := s.seeded // not copied, as there may be many
	if len(s.retired) > 0 {
		known = slices.Concat(s.retired, s.seeded)
	}
	applied := scan.NewSet(known, true)
	s.set.Store(applied)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.set.CompareAndSwap(applied, set) {
			s.seeded, s.retired = seeded, retired
		}
	}
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
