package emulatortest

import (
	"sync"
	"time"
)

// clock stands still until it is set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Now is what the server's clock shows. It stands still, but for [Server.Advance] and [Server.SetTime]; give it to what
// checks the server's tokens.
func (s *Server) Now() time.Time { return s.clock.read() }

// Advance puts the clock forward, or back where d is negative: so tokens and API keys expire, and answers that an
// Idempotency-Key repeats are forgotten. The delays of hooks are not of this clock: they pass as everything else does.
func (s *Server) Advance(d time.Duration) {
	s.clock.mu.Lock()
	defer s.clock.mu.Unlock()
	s.clock.now = s.clock.now.Add(d)
}

// SetTime sets the clock.
func (s *Server) SetTime(now time.Time) {
	s.clock.mu.Lock()
	defer s.clock.mu.Unlock()
	s.clock.now = now
}
