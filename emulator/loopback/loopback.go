// Package loopback recognises the names and addresses of this machine.
package loopback

import (
	"net/netip"
	"strings"
)

// Is reports whether a host without a port is this machine: localhost, a name below it (RFC 6761 §6.3), or a loopback address.
func Is(host string) bool {
	host = strings.ToLower(host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
