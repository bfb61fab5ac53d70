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

// Client asks the next handler on behalf of one request. It is for one goroutine.
type Client struct {
	upstream *Upstream
	call     Call

	reached       reach // how far a request gets that is passed on
	mayBeReplayed bool  // a recording may answer it on the way, which the probe finds out
	misses        *source.Misses
	exchanged     []byte // the body that goes on, without the local key that stood in it; nil where none did
}

// Call is a request as it has come to the emulator. All fields but Next are required.
type Call struct {
	Request *http.Request
	Body    *requestbody.Body // of Request
	Writer  *Writer
	Next    Next // nil for none
	Now     time.Time
	View    *store.Txn
	Caller  guard.Caller
	// Uses is told of each customer's key that stands in the body.
	Uses *guard.Uses
	// Route is the request's route, for the log.
	Route fmt.Stringer
}

// MakeClient returns the client of a request.
func (u *Upstream) MakeClient(c Call) Client {
	if c.Next == nil {
		c.Next = func(http.ResponseWriter, *http.Request) error { return nil }
	}
	return Client{upstream: u, call: c}
}

// sealed tells that nothing of the caller's may be sent anywhere: the caller's key does not stand for the real one.
func (c *Client) sealed() bool { return c.call.Caller.Access == guard.AccessLocal }

// Warn logs a warning about the request's route.
func (c *Client) Warn(message string, why error) {
	c.upstream.Logger.Warn(message, zap.Stringer("route", c.call.Route), zap.Error(why))
}

// CountMisses delays the counting of what is missed among recordings by the requests from now on until it is decided whether
// the caller was answered all the same: see [source.Misses].
func (c *Client) CountMisses() *source.Misses {
	c.misses = &source.Misses{}
	return c.misses
}
