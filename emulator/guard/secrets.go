// Package guard keeps local secrets from leaving: it knows what the secrets of an instance are, and looks for them in
// requests that are about to go on.
package guard

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/caddy-workos/caddy-workos/emulator/scan"
)

// maxRetired is how many secrets are remembered that no seed holds any more. The newest ones count.
const maxRetired = 10_000

// Secrets are the local secrets of an instance: those that its seed pins, those that earlier seeds pinned, and all that
// bear the mark of this program. Its zero value knows the marked ones, and it is safe for concurrent use.
type Secrets struct {
	set atomic.Pointer[scan.Set]

	mu      sync.Mutex
	seeded  []scan.Secret
	retired []scan.Secret // the oldest first
}

// marks finds what bears the mark, and nothing else.
var marks = scan.NewSet(nil, true)

// Set is what to look for. It does not change any more.
func (s *Secrets) Set() *scan.Set {
	if set := s.set.Load(); set != nil {
		return set
	}
	return marks
}

// Seed makes these the secrets that the seed pins. Those of the seed before stay known. The function that it returns takes
// that back, for a seed that turns out not to be applicable, as long as there has been no other since.
func (s *Secrets) Seed(secrets []scan.Secret) (undo func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set, seeded, retired := s.set.Load(), s.seeded, s.retired
	s.retired = slices.Concat(retired, without(seeded, secrets))
	if extra := len(s.retired) - maxRetired; extra > 0 {
		s.retired = s.retired[extra:]
	}
	s.seeded = secrets
	known := s.seeded // not copied, for there may be many
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

// Knows tells whether a value is a local secret, or was one.
func (s *Secrets) Knows(value string) bool { return s.Set().Knows(value) }

// Within tells whether a value is a local secret, or has one in it. One that cannot be looked into has one.
func (s *Secrets) Within(value string) bool {
	found, err := s.Set().Holds([]byte(value), scan.Body, scan.Whole)
	return found || err != nil
}
