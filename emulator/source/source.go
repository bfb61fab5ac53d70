// Package source names who answered a request. Its contexts carry information between the emulator and the handlers after it: who
// answers, whether a replay missed, and whether a request may be sent.
package source

import (
	"context"
	"net/http"
	"net/url"
)

// Header is the response header that says who answered. Its values are the constants below.
const Header = "X-Workos-Source"

// The values of Header.
const (
	Emulator = "emulator" // answered from the store
	Upstream = "upstream" // answered by the next handler
	Merged   = "merged"   // answered from both
	Fixture  = "fixture"  // replayed from a recording
	Fault    = "fault"    // answered by a hook
)

type contextKey struct{}

// Context is a context in which [Set] stores who answers, for [Get]. It is not safe for concurrent use: a request is served by one
// goroutine at a time.
type Context struct {
	context.Context
	value      string
	missed     bool
	neighbours bool // of the miss: see Miss
	misses     *Misses
	recordings bool // see MayReplay
	refused    bool // see RefuseMisses
}

// Value implements context.Context.
func (c *Context) Value(key any) any {
	if key == (contextKey{}) {
		return c
	}
	return c.Context.Value(key)
}

// NewContext returns a [Context].
func NewContext(ctx context.Context) context.Context { return &Context{Context: ctx} }

// CanSet reports whether [Set] has an effect: an emulator before this handler has made the context.
func CanSet(ctx context.Context) bool {
	_, ok := ctx.Value(contextKey{}).(*Context)
	return ok
}

// Set stores who answers the request of this context. It has no effect in a context without a [Context]: see [CanSet].
func Set(ctx context.Context, value string) {
	if m, ok := ctx.Value(contextKey{}).(*Context); ok {
		m.value = value
	}
}

// values are the header values, ready to be used. They are never changed.
var values = map[string][]string{
	Emulator: {Emulator}, Upstream: {Upstream}, Merged: {Merged}, Fixture: {Fixture}, Fault: {Fault},
}

// SetHeader sets [Header] in the header of an answer.
func SetHeader(h http.Header, value string) {
	if known, ok := values[value]; ok {
		h[Header] = known
		return
	}
	h.Set(Header, value)
}

// Get returns who answers: the last value of [Set], or Upstream.
func Get(ctx context.Context) string {
	if m, ok := ctx.Value(contextKey{}).(*Context); ok && m.value != "" {
		return m.value
	}
	return Upstream
}

// Miss notes a replay miss: no recording matches the request of this context, and what is written reports that. neighbours says that
// other requests to the same path were recorded.
func Miss(ctx context.Context, neighbours bool) {
	if m, ok := ctx.Value(contextKey{}).(*Context); ok {
		m.missed, m.neighbours = true, neighbours
	}
}

// Missed reports whether [Miss] was called.
func Missed(ctx context.Context) bool {
	m, ok := ctx.Value(contextKey{}).(*Context)
	return ok && m.missed
}

// MissedAmongNeighbours reports whether [Miss] was called with neighbours.
func MissedAmongNeighbours(ctx context.Context) bool {
	m, ok := ctx.Value(contextKey{}).(*Context)
	return ok && m.missed && m.neighbours
}

// MayReplay notes that a recording may answer the request of this context, although it may also be sent.
func MayReplay(ctx context.Context) {
	if m, ok := ctx.Value(contextKey{}).(*Context); ok {
		m.recordings = true
	}
}

// MayBeReplayed reports whether [MayReplay] was called.
func MayBeReplayed(ctx context.Context) bool {
	m, ok := ctx.Value(contextKey{}).(*Context)
	return ok && m.recordings
}

// RefuseMisses notes that the handler which made the context refuses the request where no recording answers it: the caller has no valid
// key. A replay then does not write that it has none.
func (c *Context) RefuseMisses() { c.refused = true }

// IsRefused reports whether [Context.RefuseMisses] was called.
func IsRefused(ctx context.Context) bool {
	m, ok := ctx.Value(contextKey{}).(*Context)
	return ok && m.refused
}

type sealKey struct{}

// Seal returns a context for a request that must not be sent. A recording may still answer it. The context has ended, so that a proxy
// fails before it sends anything.
func Seal(ctx context.Context) context.Context {
	ended, cancel := context.WithCancel(context.WithValue(ctx, sealKey{}, true))
	cancel()
	return ended
}

type probeKey struct{}

// NewProbe returns a context for a probe: a request that finds out how far another one would get. It is sealed.
func NewProbe(ctx context.Context) context.Context {
	return Seal(context.WithValue(NewContext(ctx), probeKey{}, true))
}

// IsProbe reports whether a request is a probe. A handler that would answer the other request must write something to a probe.
func IsProbe(ctx context.Context) bool {
	probe, _ := ctx.Value(probeKey{}).(bool)
	return probe
}

// IsSealed reports whether a request must not be sent. Its context has ended, which does not mean that the client has disconnected.
func IsSealed(ctx context.Context) bool {
	sealed, _ := ctx.Value(sealKey{}).(bool)
	return sealed
}

type sharedKey struct{}

// Shared returns a context for a request whose answer is stored for all callers, such as one for a JWKS. Such a request must not
// contain anything of the caller's request that has caused it.
func Shared(ctx context.Context) context.Context { return context.WithValue(ctx, sharedKey{}, true) }

// IsShared reports whether the answer to a request is stored for all callers.
func IsShared(ctx context.Context) bool {
	shared, _ := ctx.Value(sharedKey{}).(bool)
	return shared
}

// Public returns a GET that contains nothing of a caller's request. Its Host is empty, so that Go's client sends the host of the
// upstream that it connects to.
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
