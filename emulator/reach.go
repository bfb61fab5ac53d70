package emulator

import (
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

// reach finds out how far a request gets, once for each call. It asks next with a request that holds nothing but the method
// and the path of the caller's, and that has ended already: a proxy fails before it sends anything.
func (c *call) reach() reach {
	if c.reached == reachUnknown {
		c.reached = c.probe()
	}
	return c.reached
}

func (c *call) probe() (found reach) {
	probe := publicRequest(source.NewProbe(c.http.Context()), c.http)
	probe.Method = c.http.Method
	ctx := probe.Context()
	got := newCollector(nil)
	if c.emulator.Prepare != nil {
		probe = c.emulator.Prepare(got, probe, c.http)
	}
	defer func() {
		if recover() != nil {
			found = reachUpstream // a proxy, in its way of saying that it failed
		}
	}()
	switch err := c.next(got, probe); {
	case err == nil && got.status == 0:
		return reachNothing
	case err == nil && source.Get(ctx) == source.Fixture:
		return reachRecordings
	}
	return reachUpstream
}
