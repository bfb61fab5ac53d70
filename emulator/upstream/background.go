package upstream

import (
	"context"
	"sync"
)

// background is the work that may continue after its request has been answered. Closing it ends all work.
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

// begin starts one piece of work, which [background.end] ends. It reports false once the background is closed.
func (b *background) begin() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		b.work.Add(1)
	}
	return !b.closed
}

func (b *background) end() { b.work.Done() }

// close cancels all work and waits until it has ended.
func (b *background) close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.cancel()
	b.work.Wait()
}
