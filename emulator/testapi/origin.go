package testapi

import (
	"net/http"
	"slices"

	"github.com/caddy-workos/caddy-workos/emulator/origin"
)

// mayOperate reports whether a request for the test API comes from a program, or from a web page of this machine. The Host is not
// compared with the Origin: with DNS rebinding, the name of another site resolves to this machine, and both are that name.
func mayOperate(r *http.Request) bool {
	if slices.ContainsFunc(r.Header.Values("Origin"), func(from string) bool { return !origin.IsLoopback(from) }) {
		return false
	}
	// Without Sec-Fetch-Site, Check would compare Origin and Host, although the Origin is of this machine.
	return r.Header.Get("Sec-Fetch-Site") == "" || new(http.CrossOriginProtection).Check(r) == nil
}
