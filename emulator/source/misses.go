package source

import (
	"context"
	"sync"
)

// Misses delays the counting of replay misses until it is known whether the client was answered without the missing parts. A merged
// list, for example, may do without a part for which nothing was recorded. Its zero value is ready to use, and it is safe for
// concurrent use.
type Misses struct {
	mu       sync.Mutex
	delayed  []func(answered bool)
	decided  bool
	answered bool
}

// Decide counts the delayed misses. Where the client was not answered, only the last one counts, as it was one request of the
// client. Later misses are counted at once, by the same decision.
func (m *Misses) Decide(answered bool) {
	m.mu.Lock()
	delayed := m.delayed
	m.delayed, m.decided, m.answered = nil, true, answered
	m.mu.Unlock()
	if !answered && len(delayed) > 0 {
		delayed = delayed[len(delayed)-1:]
	}
	for _, count := range delayed {
		count(answered)
	}
}

func (m *Misses) add(count func(answered bool)) {
	m.mu.Lock()
	if !m.decided {
		m.delayed = append(m.delayed, count)
		m.mu.Unlock()
		return
	}
	answered := m.answered
	m.mu.Unlock()
	count(answered)
}

// DelayMisses adds the misses of this context to m, which may be nil.
func (c *Context) DelayMisses(m *Misses) { c.misses = m }

// CountMiss counts a miss of this context: now, or after [Misses.Decide]. The argument of count says whether the client was answered
// in spite of the miss.
func CountMiss(ctx context.Context, count func(answered bool)) {
	if m, ok := ctx.Value(contextKey{}).(*Context); ok && m.misses != nil {
		m.misses.add(count)
		return
	}
	count(false)
}
