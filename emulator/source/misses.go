package source

import (
	"context"
	"sync"
)

// Misses holds back the counting of misses until it is known whether the client got a proper answer all the same: one that
// is made of several parts may do without a part for which nothing was recorded. Its zero value is ready, and it is safe for
// concurrent use.
type Misses struct {
	mu       sync.Mutex
	held     []func(answered bool)
	decided  bool
	answered bool
}

// Decide counts what was held. Where the client was not answered, the last miss is the reason, and the only one that counts:
// it was one request. What is missed later goes by the same decision.
func (m *Misses) Decide(answered bool) {
	m.mu.Lock()
	held := m.held
	m.held, m.decided, m.answered = nil, true, answered
	m.mu.Unlock()
	if !answered && len(held) > 0 {
		held = held[len(held)-1:]
	}
	for _, count := range held {
		count(answered)
	}
}

func (m *Misses) add(count func(answered bool)) {
	m.mu.Lock()
	if !m.decided {
		m.held = append(m.held, count)
		m.mu.Unlock()
		return
	}
	answered := m.answered
	m.mu.Unlock()
	count(answered)
}

// HoldMisses holds the misses of this context back. Nil holds none.
func (c *Context) HoldMisses(m *Misses) { c.misses = m }

// CountMiss counts a miss of this context, now or when it is decided. count is told whether the client was answered all the
// same.
func CountMiss(ctx context.Context, count func(answered bool)) {
	if m, ok := ctx.Value(contextKey{}).(*Context); ok && m.misses != nil {
		m.misses.add(count)
		return
	}
	count(false)
}
