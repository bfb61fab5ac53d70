//go:build !unix

package command

import (
	"context"

	"github.com/caddyserver/caddy/v2"
)

// take checks that no process listens on addresses, and returns them. These systems do not let two processes share a port.
func take(ctx context.Context, addresses []caddy.NetworkAddress, flag string) (forCaddy []string, err error) {
	for _, address := range addresses {
		if err := checkFree(ctx, address, flag); err != nil {
			return nil, err
		}
		forCaddy = append(forCaddy, address.String())
	}
	return forCaddy, nil
}
