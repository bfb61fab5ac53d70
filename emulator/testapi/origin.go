package testapi

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/loopback"
	"github.com/caddy-workos/caddy-workos/emulator/origin"
)

// mayOperate reports whether a request for the test API comes from a program, or from a web page of this machine. The Host is not
// compared with the Origin: with DNS rebinding, the name of another site resolves to this machine, and both are that name.
func mayOperate(r *http.Request) bool {
	if slices.ContainsFunc(r.Header.Values("Origin"), func(origin string) bool { return !isLoopbackOrigin(origin) }) {
		return false
	}
	// Without Sec-Fetch-Site, Check would compare Origin and Host, although the Origin is of this machine.
	return r.Header.Get("Sec-Fetch-Site") == "" || new(http.CrossOriginProtection).Check(r) == nil
}

// isLoopbackOrigin reports whether an Origin header names a site of this machine, on any port. It is false for "null", which browsers
// send for pages without an origin.
func isLoopbackOrigin(header string) bool {
	u, err := url.Parse(header)
	if err != nil || !origin.IsHTTP(u) || !strings.EqualFold(header, u.Scheme+"://"+u.Host) {
		return false
	}
	return loopback.Is(u.Hostname())
}
