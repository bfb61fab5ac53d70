// Package requestlog tells a command that serves in its own process of each request that was answered.
package requestlog

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator"
)

// Request is a request, and what came of it.
type Request struct {
	emulator.Outcome
	// Began is when the request came, and Took how long the answer to it took.
	Began time.Time
	Took  time.Duration

	Method string
	// Path is what the request has asked for, without its query, as the client has sent it: it may hold a secret.
	Path string
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

// outcomeKey is the key under which a context has the outcome of its request.
type outcomeKey struct{}

// WithOutcome returns a context into which [Note] writes the outcome of its request.
func WithOutcome(ctx context.Context) (context.Context, *emulator.Outcome) {
	outcome := &emulator.Outcome{}
	return context.WithValue(ctx, outcomeKey{}, outcome), outcome
}

// Note writes the outcome of a request into its context, if it is one of [WithOutcome].
func Note(ctx context.Context, o emulator.Outcome) {
	if outcome, ok := ctx.Value(outcomeKey{}).(*emulator.Outcome); ok {
		*outcome = o
	}
}
