package upstream

import (
	"maps"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/realkey"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// requestContext is the context of a request for the next handler, which may say in it who answers, and is told where the real
// key may be put. It is one context for both, as each request that is passed on needs it.
type requestContext struct {
	source.Context
	grant realkey.Grant
}

// Value returns what the packages source and realkey look for.
func (c *requestContext) Value(key any) any {
	if key == realkey.ContextKey {
		return &c.grant
	}
	return c.Context.Value(key)
}

// requestContext returns the context of a request for the next handler. withKey allows the real key in the Authorization header.
func (c *Client) requestContext(withKey bool) *requestContext {
	ctx := &requestContext{source.Context{Context: c.call.Request.Context()}, realkey.Grant{Header: withKey}}
	c.call.Writer.context = ctx
	return ctx
}

// seal makes the context that of a request that must not be sent anywhere. isTrusted tells that the caller's key would be good
// for it.
func (c *requestContext) seal(isTrusted bool) {
	c.Context.Context = source.Seal(c.Context.Context)
	c.grant = realkey.Grant{Withheld: isTrusted && (c.grant.Header || len(c.grant.Body) > 0)}
}

// withhold takes a field out of a header, and returns what puts it back: a request that only goes on, as most do, costs
// no copy of its header. A request with the field must not be served meanwhile.
func withhold(h http.Header, name string) (restore func()) {
	values, ok := h[name]
	delete(h, name)
	return func() {
		if ok {
			h[name] = values
		}
	}
}

// outgoing returns a request of the emulator's own for the next handler, made after the caller's: a copy without the local key,
// for which the real one is allowed.
func (c *Client) outgoing() (*http.Request, *requestContext) {
	ctx := c.requestContext(true)
	ctx.HoldMisses(c.misses)
	r := c.call.Request.WithContext(ctx)
	r.Header = maps.Clone(r.Header)
	r.Trailer = nil
	for _, name := range notForOwn {
		r.Header.Del(name)
	}
	return r, ctx
}

// notForOwn are the fields of the caller's request that are not for one of the emulator's own: its key, what says how its
// body and its connection are to be read, and what would make the answer a part of the whole, or none.
var notForOwn = []string{
	"Authorization", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Expect", "Idempotency-Key", "Te", "Trailer", "Upgrade",
	"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range",
}
