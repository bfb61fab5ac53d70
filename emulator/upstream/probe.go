package upstream

import (
	"net/url"

	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// reach is how far a request would get that is passed on.
type reach int

const (
	reachUnknown    reach = iota
	reachNothing          // no handler answers it
	reachRecordings       // a recording answers it, and it is not sent
	reachUpstream         // it may be sent to the real WorkOS
)

// reach finds out how far the request would get, once for each Client. It calls the next handler with a probe: a request whose
// context has ended, so that a proxy fails before it sends anything. Of the caller's request, the probe has only the method, the
// path, the Host and the address.
func (c *Client) reach() reach {
	if c.reached == reachUnknown {
		c.reached = c.probe()
	}
	return c.reached
}

// Reaches reports whether a request that is passed on may be sent to the real WorkOS.
func (c *Client) Reaches() bool { return c.reach() == reachUpstream }

func (c *Client) probe() (found reach) {
	probe := source.Public(source.NewProbe(c.call.Request.Context()), &url.URL{Path: c.call.Request.URL.Path, RawPath: c.call.Request.URL.RawPath})
	probe.Method = c.call.Request.Method
	probe.Host, probe.RemoteAddr, probe.TLS = c.call.Request.Host, c.call.Request.RemoteAddr, c.call.Request.TLS // matchers may look at these
	ctx := probe.Context()
	got := newCollector(nil)
	probe = c.upstream.prepare(got, probe, c.call.Request)
	defer func() {
		if recover() != nil {
			found = reachUpstream // a proxy that failed to send the probe
		}
		c.mayBeReplayed = source.MayBeReplayed(ctx)
	}()
	switch err := c.call.Next(got, probe); {
	case err == nil && !got.answered():
		return reachNothing
	case err == nil && source.Get(ctx) == source.Fixture:
		return reachRecordings
	}
	return reachUpstream
}
