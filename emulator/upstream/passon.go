package upstream

import (
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// PassOn gives the caller's request to the next handler, and tells whether that has answered. asUs takes the caller's local key
// off and allows the real one instead. A *[Refusal] says that the request must not be sent, and that nothing here has
// answered it; any other error is the next handler's.
//
// A request that must not be sent is passed on only where it is answered here, by a recording, or by nothing, and sealed: a
// matcher may take it elsewhere than the probe.
func (c *Client) PassOn(asUs bool) (answered bool, err error) {
	ctx := c.requestContext(asUs)
	r := c.call.Request.WithContext(ctx)
	if asUs {
		defer withhold(r.Header, "Authorization")()
	}
	if r.Header.Get("Upgrade") != "" { // nothing looks into a tunnel, and WorkOS has none
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

// mayLeave prepares a request to be sent, and returns why it must not be, or nil.
func (c *Client) mayLeave(r *http.Request, grant *realkey.Grant) error {
	if c.sealed() {
		return ErrNoAccess
	}
	if err := c.exchange(r, grant); err != nil {
		*grant = realkey.Grant{} // the key in the body is not good
		return err
	}
	return c.screen(r)
}

// forward gives a request to the next handler. Where the request is sealed, or stopped while it is being sent, the handler
// fails in whatever way it has, and that does not count.
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

// statusClientClosedRequest is what Caddy's proxy answers to a request whose context has ended.
const statusClientClosedRequest = 499

// notSent tells whether a status is that of a proxy which could not send a sealed request.
func notSent(status int, r *http.Request) bool {
	return source.Get(r.Context()) != source.Fixture && (status == statusClientClosedRequest || status >= http.StatusInternalServerError)
}
