package upstream

import (
	"fmt"
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/requestbody"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/store"
)

// Client sends requests to the next handler on behalf of one request of a caller. It must be used by one goroutine.
type Client struct {
	upstream *Upstream
	call     Call

	reached       reach // how far a request would get that is passed on
	mayBeReplayed bool  // set by the probe: a recording may answer the request, although it may also be sent
	misses        *source.Misses
	exchanged     []byte // the body without the local key that was in it; nil where there was none
}

// Call is a request of a caller, with what the emulator knows of it. All fields but Next are required.
type Call struct {
	Request *http.Request
	Body    *requestbody.Body // of Request
	Writer  *Writer
	Next    Next // nil where there is no next handler
	Now     time.Time
	View    *store.Txn
	Caller  guard.Caller
	// Uses receives each customer's key that is found in the body.
	Uses *guard.Uses
	// Route is the request's route, for the log.
	Route fmt.Stringer
	// RefuseMisses is set where the caller has no valid key, and the endpoint wants one: see [source.Context.RefuseMisses].
	RefuseMisses bool
	// Page is set for a page that browsers come to, with cookies and a Referer that the person has not chosen to send: a local secret in these is
	// taken out, and is no reason to refuse the request.
	Page bool
}

// MakeClient returns the client of a request.
func (u *Upstream) MakeClient(c Call) Client {
	if c.Next == nil {
		c.Next = func(http.ResponseWriter, *http.Request) error { return nil }
	}
	return Client{upstream: u, call: c}
}

// sealed reports whether no request may be sent for this caller: the caller's key may not be exchanged for the real one.
func (c *Client) sealed() bool { return c.call.Caller.Access == guard.AccessLocal }

// MaySend reports whether requests may be sent for this caller. Where it is false, only recordings answer.
func (c *Client) MaySend() bool { return !c.sealed() }

// Warn logs a warning with the request's route.
func (c *Client) Warn(message string, why error) {
	c.upstream.Logger.Warn(message, zap.Stringer("route", c.call.Route), zap.Error(why))
}

// CountMisses delays the counting of replay misses. It applies to the requests that the client sends from now on, until
// [source.Misses.Decide] is called.
func (c *Client) CountMisses() *source.Misses {
	c.misses = &source.Misses{}
	return c.misses
}
