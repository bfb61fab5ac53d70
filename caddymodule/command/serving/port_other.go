//go:build !unix

package serving

import (
	"context"

	"github.com/caddyserver/caddy/v2"
)

// take finds out that no process listens on an address, and returns the address with its port. These systems do not let two
// processes share a port.
func take(ctx context.Context, address caddy.NetworkAddress, flag string) (forCaddy string, port uint, giveBack func(), err error) {
	listener, err := listenExclusive(ctx, address, flag)
	if err != nil {
		return "", 0, nil, err
	}
	if listener != nil {
		port = portOf(listener)
		address = withPort(address, port)
		_ = listener.Close()
	}
	return address.String(), port, func() {}, nil
}
