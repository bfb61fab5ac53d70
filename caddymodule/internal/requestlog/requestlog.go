// Package requestlog tells a command that serves in its own process of each request that was answered.
package requestlog

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/fixture/redact"
)

// Request is a request, and what came of it. What the client has sent may hold secrets: [Request.ShownMethod], [Request.ShownPath]
// and [Request.Detail] are fit to be shown.
type Request struct {
	emulator.Outcome
	// Miss says why there is no fixture for a request that should be replayed. It holds no secret. Empty where it was answered.
	Miss string
	// Began is when the request came, and Took how long the answer to it took.
	Began time.Time
	Took  time.Duration

	Method string
	// Path is what the request has asked for, without its query, as the client has sent it.
	Path string
	// Secrets are what was known to be secret when the request was answered.
	Secrets []redact.Known
}

// subscriber is told of each request.
var subscriber atomic.Pointer[func(Request)]

// Subscribe has a function called for each request from now on, in the place of the one before. It is called concurrently, and
// must return quickly. nil ends it.
func Subscribe(tell func(Request)) {
	if tell == nil {
		subscriber.Store(nil)
		return
	}
	subscriber.Store(&tell)
}

// Publish tells of a request.
func Publish(r Request) {
	if tell := subscriber.Load(); tell != nil {
		(*tell)(r)
	}
}

// Wanted tells whether there is a subscriber.
func Wanted() bool { return subscriber.Load() != nil }

// Notes are what the handlers of a request say of it. They are safe for concurrent use.
type Notes struct {
	mu      sync.Mutex
	outcome emulator.Outcome
	miss    string
}

// notesKey is the key under which a context has the notes of its request.
type notesKey struct{}

// WithNotes returns a context into which [NoteOutcome] and [NoteMiss] write.
func WithNotes(ctx context.Context) (context.Context, *Notes) {
	n := &Notes{}
	return context.WithValue(ctx, notesKey{}, n), n
}

// NoteOutcome writes the outcome of a request into its context, if it is one of [WithNotes].
func NoteOutcome(ctx context.Context, o emulator.Outcome) {
	if n, ok := ctx.Value(notesKey{}).(*Notes); ok {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.outcome = o
	}
}

// NoteCode writes the error code of an answer that the emulator has not written itself into the context of a request, if it is one
// of [WithNotes].
func NoteCode(ctx context.Context, code string) {
	if n, ok := ctx.Value(notesKey{}).(*Notes); ok {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.outcome.Code = code
	}
}

// NoteMiss writes why there is no fixture into the context of a request, if it is one of [WithNotes].
func NoteMiss(ctx context.Context, why string) {
	if n, ok := ctx.Value(notesKey{}).(*Notes); ok {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.miss = why
	}
}

// AddTo writes the notes into the request.
func (n *Notes) AddTo(r *Request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	r.Outcome, r.Miss = n.outcome, n.miss
}
