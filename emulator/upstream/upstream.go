// Package upstream is a client of the next handler, which usually leads to the real WorkOS.
//
// A [Client] passes the caller's request on ([Client.PassOn]) and makes requests of the emulator's own ([Client.Get],
// [Client.Document]). It sends no request that the guard refuses. A [Writer] records whether an answer was begun, and by whom.
package upstream

import (
	"context"
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// Next is the handler that comes after the emulator. It writes nothing where it does not answer, and returns an error where it
// failed to answer.
//
// It must not send a request whose context has ended. http.Transport and Caddy's proxy behave so. The emulator relies on that in
// two cases: it probes how far a request would get, and it lets recordings answer a request that must not be sent.
type Next func(http.ResponseWriter, *http.Request) error

// Upstream is what the Clients of all requests of an emulator share. Use [New].
type Upstream struct {
	Options
	background *background
}

// Options configures an Upstream. All but Prepare, Name and ByHost are required.
type Options struct {
	// Keys has the local secrets, which must not be sent, and the access level of each API key.
	Keys *guard.Keys
	// Documents stores the JWKS and the discovery documents.
	Documents *Documents
	// Name identifies the upstream in Documents that emulators with different upstreams share.
	Name string
	// ByHost is set where the upstream depends on the Host of a request as well.
	ByHost bool
	// Cookie is the name of a cookie that is not sent. It may be empty.
	Cookie string
	// Prepare adapts a request of the emulator's own to the next handler: see emulator.Options. It may be nil.
	Prepare func(w http.ResponseWriter, own, original *http.Request) *http.Request
	// Observe is called after each call of the next handler that has answered or failed, with its [source.Header] and duration.
	Observe func(source string, took time.Duration)
	// Logger receives warnings.
	Logger *zap.Logger
}

// New returns an Upstream. It must be closed.
func New(o Options) *Upstream {
	o.Documents.join(o.Name)
	return &Upstream{Options: o, background: newBackground()}
}

// Close cancels the fetches of documents that are under way, and leaves Options.Documents. It must be called once.
func (u *Upstream) Close() {
	u.background.close()
	u.Documents.leave(u)
}

// prepare applies Options.Prepare, if there is one.
func (u *Upstream) prepare(w http.ResponseWriter, own, original *http.Request) *http.Request {
	if u.Prepare == nil {
		return own
	}
	return u.Prepare(w, own, original)
}

// timed calls the next handler and observes how long that took, by the wall clock. A call without an answer is not observed.
func (u *Upstream) timed(next Next, w http.ResponseWriter, r *http.Request, answered func() bool) error {
	begin := time.Now()
	err := next(w, r)
	if err != nil || answered() {
		u.Observe(source.Get(r.Context()), time.Since(begin))
	}
	return err
}

// backgroundContext is the context of work that may continue after its request has been answered.
func (u *Upstream) backgroundContext() context.Context { return u.background.context }
