package upstream

import (
	"maps"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/realkey"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// requestContext is the context of a request to the next handler. In it, a handler records who answers ([source.Set]) and reads
// where the real key may be put ([realkey.GrantOf]). One context serves both, as every request that is passed on needs it.
type requestContext struct {
	source.Context
	grant realkey.Grant
}

// Value returns the values of the packages source and realkey.
func (c *requestContext) Value(key any) any {
	if key == realkey.ContextKey {
		return &c.grant
	}
	return c.Context.Value(key)
}

// requestContext returns the context of a request to the next handler. withKey allows the real key in the Authorization header.
func (c *Client) requestContext(withKey bool) *requestContext {
	ctx := &requestContext{source.Context{Context: c.call.Request.Context()}, realkey.Grant{Header: withKey}}
	c.call.Writer.context = ctx
	return ctx
}

// seal makes the context that of a request that must not be sent: see [source.Seal]. isTrusted says that the caller's key could
// be exchanged for the real one.
func (c *requestContext) seal(isTrusted bool) {
	c.Context.Context = source.Seal(c.Context.Context)
	c.grant = realkey.Grant{Withheld: isTrusted && (c.grant.Header || len(c.grant.Body) > 0)}
}

// withhold removes a header field, and returns a function that restores it. This avoids a copy of the header for each request that
// is passed on. Until it is restored, nothing else may read the header.
func withhold(h http.Header, name string) (restore func()) {
	values, ok := h[name]
	delete(h, name)
	return func() {
		if ok {
			h[name] = values
		}
	}
}

// outgoing returns a request of the emulator's own to the next handler. It is a copy of the caller's request without the local
// key, and the real key may be put into its Authorization header.
func (c *Client) outgoing() (*http.Request, *requestContext) {
	ctx := c.requestContext(true)
	ctx.DelayMisses(c.misses)
	r := c.call.Request.WithContext(ctx)
	r.Header = maps.Clone(r.Header)
	r.Trailer = nil
	for _, name := range notForOwn {
		r.Header.Del(name)
	}
	return r, ctx
}

// notForOwn are the header fields of the caller's request that are not copied to a request of the emulator's own: the key, the
// fields about the body and the connection, and those that would make the answer partial or conditional.
var notForOwn = []string{
	"Authorization", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Expect", "Idempotency-Key", "Te", "Trailer", "Upgrade",
	"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range",
}
