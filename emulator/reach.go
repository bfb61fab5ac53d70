package emulator

import (
	"net/url"

	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// reach is how far a request gets that is passed on.
type reach int

const (
	reachUnknown    reach = iota
	reachNothing          // no handler behind the emulator answers it
	reachRecordings       // it is answered by a recording, and sent nowhere
	reachUpstream         // it may be sent to the real WorkOS
)

// reach finds out how far a request gets, once for each call. It asks next with a request that holds nothing of the
// caller's but the method, the path and where it came from and to, and that has ended already: a proxy fails before it sends
// anything.
func (c *call) reach() reach {
	if c.reached == reachUnknown {
		c.reached = c.probe()
	}
	return c.reached
}

func (c *call) probe() (found reach) {
	probe := source.Public(source.NewProbe(c.http.Context()), &url.URL{Path: c.http.URL.Path, RawPath: c.http.URL.RawPath})
	probe.Method = c.http.Method
	probe.Host, probe.RemoteAddr, probe.TLS = c.http.Host, c.http.RemoteAddr, c.http.TLS // matchers may look at these
	ctx := probe.Context()
	got := newCollector(nil)
	if c.emulator.Prepare != nil {
		probe = c.emulator.Prepare(got, probe, c.http)
	}
	defer func() {
		if recover() != nil {
			found = reachUpstream // a proxy, in its way of saying that it failed
		}
		c.mayBeReplayed = source.MayBeReplayed(ctx)
	}()
	switch err := c.next(got, probe); {
	case err == nil && got.status == 0:
		return reachNothing
	case err == nil && source.Get(ctx) == source.Fixture:
		return reachRecordings
	}
	return reachUpstream
}
