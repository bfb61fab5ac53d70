package emulator

import (
	"net/url"

	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// alone tells whether nobody is next, who could answer what the store does not: then the emulator does it for every key
// that it knows. It asks next with a request that holds nothing of the caller's but the method, the path and where it came
// from and to, and that has ended already: a proxy fails before it sends anything.
func (c *call) alone() (alone bool) {
	probe := publicRequest(source.NewProbe(c.http.Context()), &url.URL{Path: c.http.URL.Path, RawPath: c.http.URL.RawPath})
	probe.Method = c.http.Method
	probe.Host, probe.RemoteAddr, probe.TLS = c.http.Host, c.http.RemoteAddr, c.http.TLS // matchers may look at these
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
