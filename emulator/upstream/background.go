package upstream

import (
	"context"
	"sync"
)

// background is the work that goes on when a request has been answered.
type background struct {
	context context.Context
	cancel  context.CancelFunc

	mu     sync.Mutex
	closed bool
	work   sync.WaitGroup
}

func newBackground() *background {
	b := &background{}
	b.context, b.cancel = context.WithCancel(context.Background())
	return b
}

// begin tells whether work may begin.
func (b *background) begin() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		b.work.Add(1)
	}
	return !b.closed
}

func (b *background) end() { b.work.Done() }

// close ends all work and waits for it.
func (b *background) close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.cancel()
	b.work.Wait()
}
