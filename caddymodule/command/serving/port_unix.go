//go:build unix

package serving

import (
	"context"
	"fmt"
	"net"
	"os"

	"github.com/caddyserver/caddy/v2"
)

// taken are the sockets that Caddy listens on. A file that nothing refers to is closed.
var taken []*os.File

// take takes the port of an address for this process alone, and returns the address by which Caddy listens on it, the port, and
// what gives it back. The system gives a port to one of two processes that are started at once.
func take(ctx context.Context, address caddy.NetworkAddress, flag string) (forCaddy string, port uint, giveBack func(), err error) {
	listener, err := listenExclusive(ctx, address, flag)
	if err != nil {
		return "", 0, nil, err
	}
	tcp, ok := listener.(*net.TCPListener)
	if !ok {
		return address.String(), 0, func() {}, nil
	}
	defer tcp.Close() // the socket stays open
	socket, err := tcp.File()
	if err != nil {
		return "", 0, nil, fmt.Errorf("%s: %w", flag, err)
	}
	taken = append(taken, socket)
	return fmt.Sprintf("fd/%d", socket.Fd()), portOf(tcp), func() { _ = socket.Close() }, nil
}
