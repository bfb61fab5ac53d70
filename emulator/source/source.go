// Package source names who answered a request, and lets a handler further down the chain say that it was not simply the
// upstream.
package source

import (
	"context"
	"net/http"
	"net/url"
)

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

// Context is one in which [Set] can be heard by [Get]. A handler further down leaves its name in it. One request is
// served by one goroutine at a time.
type Context struct {
	context.Context
	value      string
	missed     bool
	neighbours bool // of the miss
	misses     *Misses
	recordings bool // may answer, although the request may also be sent
}

// Value returns the context itself to this package.
func (c *Context) Value(key any) any {
	if key == (contextKey{}) {
		return c
	}
	return c.Context.Value(key)
}

// NewContext returns a context in which [Set] can be heard by [Get].
func NewContext(ctx context.Context) context.Context { return &Context{Context: ctx} }

// Heard tells whether a handler further up hears what [Set] says.
func Heard(ctx context.Context) bool {
	_, ok := ctx.Value(contextKey{}).(*Context)
	return ok
}

// Set says who answers the request of this context. Without [NewContext] before it, nobody hears it.
func Set(ctx context.Context, value string) {
	if m, ok := ctx.Value(contextKey{}).(*Context); ok {
		m.value = value
	}
}

// values are those of the header. They are never changed.
var values = map[string][]string{
	Emulator: {Emulator}, Upstream: {Upstream}, Merged: {Merged}, Fixture: {Fixture}, Fault: {Fault},
}

// SetHeader says in an answer's header who answered.
func SetHeader(h http.Header, value string) {
	if known, ok := values[value]; ok {
		h[Header] = known
		return
	}
	h.Set(Header, value)
}

// Get returns what was set last, and Upstream where nothing was.
func Get(ctx context.Context) string {
	if m, ok := ctx.Value(contextKey{}).(*Context); ok && m.value != "" {
		return m.value
	}
	return Upstream
}

// Miss says that there should have been a recording for the request of this context, and was none: what is written is
// about that, and is no answer of the upstream's. neighbours tells that other requests to the same path were recorded.
func Miss(ctx context.Context, neighbours bool) {
	if m, ok := ctx.Value(contextKey{}).(*Context); ok {
		m.missed, m.neighbours = true, neighbours
	}
}

// Missed tells whether [Miss] was said.
func Missed(ctx context.Context) bool {
	m, ok := ctx.Value(contextKey{}).(*Context)
	return ok && m.missed
}

// MissedAmongNeighbours tells whether [Miss] was said of a path that has recordings of other requests.
func MissedAmongNeighbours(ctx context.Context) bool {
	m, ok := ctx.Value(contextKey{}).(*Context)
	return ok && m.missed && m.neighbours
}

// MayReplay says that a recording may answer the request of this context, although it may also be sent.
func MayReplay(ctx context.Context) {
	if m, ok := ctx.Value(contextKey{}).(*Context); ok {
		m.recordings = true
	}
}

// MayBeReplayed tells whether [MayReplay] was said.
func MayBeReplayed(ctx context.Context) bool {
	m, ok := ctx.Value(contextKey{}).(*Context)
	return ok && m.recordings
}

type sealKey struct{}

// Seal returns a context for a request that must not be sent anywhere, and may still be answered by what is here, such as a
// recording. It has ended already, so that a proxy fails before it sends anything.
func Seal(ctx context.Context) context.Context {
	ended, cancel := context.WithCancel(context.WithValue(ctx, sealKey{}, true))
	cancel()
	return ended
}

type probeKey struct{}

// NewProbe returns a context for a request that only asks how far another one would get. It is sealed.
func NewProbe(ctx context.Context) context.Context {
	return Seal(context.WithValue(NewContext(ctx), probeKey{}, true))
}

// IsProbe tells whether a request only asks how far another one would get. Whoever would answer that, writes anything.
func IsProbe(ctx context.Context) bool {
	probe, _ := ctx.Value(probeKey{}).(bool)
	return probe
}

// IsSealed tells whether a request must not be sent anywhere. Then its context does not tell that its client has gone.
func IsSealed(ctx context.Context) bool {
	sealed, _ := ctx.Value(sealKey{}).(bool)
	return sealed
}

type sharedKey struct{}

// Shared returns a context for a request whose answer is kept for all callers, such as that for a JWKS. Nothing of the request
// that gave rise to it may be put into such a one.
func Shared(ctx context.Context) context.Context { return context.WithValue(ctx, sharedKey{}, true) }

// IsShared tells whether the answer to a request is kept for all callers.
func IsShared(ctx context.Context) bool {
	shared, _ := ctx.Value(sharedKey{}).(bool)
	return shared
}

// Public returns a GET that holds nothing of a caller's. Its Host is empty: then Go's client sends the name of the upstream
// that it connects to.
func Public(ctx context.Context, target *url.URL) *http.Request {
	return (&http.Request{
		Method:     http.MethodGet,
		URL:        target,
		RequestURI: target.RequestURI(),
		Proto:      "HTTP/1.1",
		ProtoMajor: 1,
		ProtoMinor: 1,
		Header:     http.Header{"Accept": {"application/json"}, "Accept-Encoding": {"identity"}},
		Body:       http.NoBody,
	}).WithContext(ctx)
}
