//go:build unix

package command

import (
	"context"
	"fmt"
	"net"
	"os"

	"github.com/caddyserver/caddy/v2"
)

// taken are the sockets that Caddy listens on. A file that nothing refers to is closed.
var taken []*os.File

// take takes the ports of addresses for this process alone, and returns the addresses by which Caddy listens on them. The
// system gives a port to one of two processes that are started at once.
func take(ctx context.Context, addresses []caddy.NetworkAddress, flag string) (forCaddy []string, err error) {
	for _, address := range addresses {
		listener, err := listenExclusive(ctx, address, flag)
		if err != nil {
			return nil, err
		}
		tcp, ok := listener.(*net.TCPListener)
		if !ok {
			forCaddy = append(forCaddy, address.String())
			continue
		}
		socket, err := tcp.File()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", flag, err)
		}
		_ = tcp.Close() // the socket stays open
		taken = append(taken, socket)
		forCaddy = append(forCaddy, fmt.Sprintf("fd/%d", socket.Fd()))
	}
	return forCaddy, nil
}
