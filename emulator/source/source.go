// Package source names who answered a request, and lets a handler further down the chain say that it was not simply the
// upstream.
package source

import "context"

// Header is the response header that says who answered.
const Header = "X-Workos-Source"

// The values of Header.
const (
	Emulator = "emulator" // answered from the store
	Upstream = "upstream" // answered by the next handler
	Merged   = "merged"   // answered from both
	Fixture  = "fixture"  // replayed from a recording
	Fault    = "fault"    // made up, to test what a caller does about it
)

type contextKey struct{}

// mark is where a handler further down leaves its name. One request is served by one goroutine at a time.
type mark struct {
	value  string
	missed bool
}

// NewContext returns a context in which [Set] can be heard by [Get].
func NewContext(ctx context.Context) context.Context {
	return context.WithValue(ctx, contextKey{}, &mark{})
}

// Set says who answers the request of this context. Without [NewContext] before it, nobody hears it.
func Set(ctx context.Context, value string) {
	if m, ok := ctx.Value(contextKey{}).(*mark); ok {
		m.value = value
	}
}

// Get returns what was set last, and Upstream where nothing was.
func Get(ctx context.Context) string {
	if m, ok := ctx.Value(contextKey{}).(*mark); ok && m.value != "" {
		return m.value
	}
	return Upstream
}

// Miss says that there should have been a recording for the request of this context, and was none: what is written is
// about that, and is no answer of the upstream's.
func Miss(ctx context.Context) {
	if m, ok := ctx.Value(contextKey{}).(*mark); ok {
		m.missed = true
	}
}

// Missed tells whether [Miss] was said.
func Missed(ctx context.Context) bool {
	m, ok := ctx.Value(contextKey{}).(*mark)
	return ok && m.missed
}

type probeKey struct{}

// NewProbe returns a context for a request that only asks whether anybody would answer. It has ended already, so that
// nothing can be sent anywhere.
func NewProbe(ctx context.Context) context.Context {
	ended, cancel := context.WithCancel(context.WithValue(NewContext(ctx), probeKey{}, true))
	cancel()
	return ended
}

// IsProbe tells whether a request only asks whether anybody would answer. Whoever would, writes anything.
func IsProbe(ctx context.Context) bool {
	probe, _ := ctx.Value(probeKey{}).(bool)
	return probe
}
