// Package upstream is the next handler as a client sees it: it passes requests on and asks for resources, tells who answered,
// and keeps the public documents of what it leads to, which is the real WorkOS as a rule.
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
// failed to.
//
// It must send nothing for a request whose context has ended, as http.Transport and Caddy's proxy do: the emulator probes with
// such a request how far another one would get, and passes on one that must not leave to those who may answer it here.
type Next func(http.ResponseWriter, *http.Request) error

// Upstream is what all requests of an emulator share when they ask the next handler. Use [New].
type Upstream struct {
	Options
	background *background
}

// Options configures an Upstream. All but Prepare, Name and ByHost are required.
type Options struct {
	// Keys knows the local secrets, which must not leave, and whose API keys may go on.
	Keys *guard.Keys
	// Documents keeps the JWKS and the discovery documents.
	Documents *Documents
	// Name tells apart what is next, for Documents that emulators with different upstreams share.
	Name string
	// ByHost says that what is next depends on the Host of a request as well.
	ByHost bool
	// Prepare makes a request of the emulator's own fit for the next handler, on behalf of the original one. It may be nil.
	Prepare func(w http.ResponseWriter, own, original *http.Request) *http.Request
	// Observe is told who has answered and how long that took.
	Observe func(source string, took time.Duration)
	// Logger receives warnings.
	Logger *zap.Logger
}

// New returns an Upstream, which is to be closed.
func New(o Options) *Upstream {
	o.Documents.join(o.Name)
	return &Upstream{Options: o, background: newBackground()}
}

// Close ends the fetches of documents that are under way, and the part in what is shared with others. It is called once.
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

// timed calls the next handler and reports how long that took, by the wall clock. Where it does not answer, there is nothing
// to report.
func (u *Upstream) timed(next Next, w http.ResponseWriter, r *http.Request, answered func() bool) error {
	begin := time.Now()
	err := next(w, r)
	if err != nil || answered() {
		u.Observe(source.Get(r.Context()), time.Since(begin))
	}
	return err
}

// backgroundContext is that of work which goes on when its request has been answered.
func (u *Upstream) backgroundContext() context.Context { return u.background.context }
