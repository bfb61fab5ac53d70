package emulator

import (
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// alone tells whether nobody is next, who could answer what the store does not: then the emulator does it for every key
// that it knows. It asks next with a request that holds nothing but the method and the path of the caller's, and that has
// ended already: a proxy fails before it sends anything.
func (c *call) alone() (alone bool) {
	probe := publicRequest(source.NewProbe(c.http.Context()), c.http)
	probe.Method = c.http.Method
	got := newCollector(nil)
	if c.emulator.Prepare != nil {
		probe = c.emulator.Prepare(got, probe, c.http)
	}
	defer func() {
		if recover() != nil {
			alone = false // a proxy, in its way of saying that it failed
		}
	}()
	return c.next(got, probe) == nil && got.status == 0
}
