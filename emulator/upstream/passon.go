package upstream

import (
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// PassOn passes the caller's request on to the next handler, and reports whether that has answered. withRealKey removes the
// caller's local key and allows the real one in its place. A *[Refusal] says that the request must not be sent, and that no
// recording has answered it. Any other error is the next handler's.
//
// A request that must not be sent is passed on only where the probe says that it does not reach the upstream. It is sealed all the
// same, as a matcher may route it differently from the probe.
func (c *Client) PassOn(withRealKey bool) (answered bool, err error) {
	ctx := c.requestContext(withRealKey)
	if c.call.RefuseMisses {
		ctx.RefuseMisses()
	}
	r := c.call.Request.WithContext(ctx)
	r.Header = guard.WithoutCookie(r.Header, c.upstream.Cookie)
	if c.call.Page {
		r.Header = guard.WithoutBrowserSecrets(c.upstream.Keys.Secrets().Set(), r.Header)
	}
	if withRealKey {
		defer withhold(r.Header, "Authorization")()
	}
	if r.Header.Get("Upgrade") != "" { // the guard cannot inspect a tunnel, and WorkOS offers none
		defer withhold(r.Header, "Upgrade")()
	}
	refusal := c.mayLeave(r, &ctx.grant)
	if refusal != nil {
		if c.reach() == reachUpstream && !c.mayBeReplayed {
			return false, &Refusal{refusal}
		}
		ctx.seal(!c.sealed())
		r = r.WithContext(ctx)
	}
	err = c.forward(r, refusal != nil)
	if found := guard.Found(r); found != nil {
		refusal = found
	}
	if w := c.call.Writer; !w.answered && refusal != nil && (err != nil || w.dropping) {
		return false, &Refusal{refusal}
	}
	return c.call.Writer.answered, err
}

// mayLeave exchanges keys in the body and inspects the request. It returns why the request must not be sent, or nil.
func (c *Client) mayLeave(r *http.Request, grant *realkey.Grant) error {
	if c.sealed() {
		return ErrNoAccess
	}
	if err := c.exchange(r, grant); err != nil {
		*grant = realkey.Grant{} // the key in the body may not be exchanged
		return err
	}
	return c.screen(r)
}

// forward calls the next handler with a request. For a sealed request, and for one whose body the guard has stopped, its failure
// is not written to the caller: an error, a panic or an error status.
func (c *Client) forward(r *http.Request, sealed bool) error {
	w := c.call.Writer
	stopped := func() bool { return guard.Found(r) != nil }
	w.refused = func(status int) bool { return stopped() || sealed && notSent(status, r) }
	defer func() {
		failure := recover()
		switch {
		case failure == nil:
		case (sealed || stopped()) && !w.answered:
			w.dropping = true
		default:
			panic(failure)
		}
	}()
	return c.upstream.timed(c.call.Next, w.forwarding(), r, w.Answered)
}

// statusClientClosedRequest is the status with which Caddy's proxy answers a request whose context has ended.
const statusClientClosedRequest = 499

// notSent reports whether a status says that a proxy could not send a sealed request.
func notSent(status int, r *http.Request) bool {
	return source.Get(r.Context()) != source.Fixture && (status == statusClientClosedRequest || status >= http.StatusInternalServerError)
}
