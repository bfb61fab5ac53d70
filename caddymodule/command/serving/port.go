package serving

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/caddyserver/caddy/v2"
)

// Caddy listens with SO_REUSEPORT, by which two processes share a port: each of them would get some of the connections. So
// `caddy workos` takes its ports by itself, without it.

// dialTimeout is how long connecting to an address of this machine is tried.
const dialTimeout = 500 * time.Millisecond

// takenError says that another process listens on an address.
type takenError struct {
	address caddy.NetworkAddress
	flag    string
}

func (e *takenError) Error() string {
	elsewhere := "give another address with " + e.flag
	if e.flag == "--listen" && !e.address.IsUnixNetwork() {
		elsewhere += ", or another port with --port (0 is a free one)"
	}
	return fmt.Sprintf("%s: %s: another process listens there: stop it (%s), or %s",
		e.address, syscall.EADDRINUSE, whoListens(e.address, runtime.GOOS), elsewhere)
}

// whoListens is how a person finds the process that listens on an address.
func whoListens(address caddy.NetworkAddress, goos string) string {
	switch {
	case address.IsUnixNetwork():
		return "lsof " + address.Host + " shows which it is"
	case goos == "windows":
		return fmt.Sprintf("netstat -ano | findstr :%d shows which it is", address.StartPort)
	}
	return fmt.Sprintf("lsof -nP -iTCP:%d -sTCP:LISTEN shows which it is", address.StartPort)
}

// Is makes the error one of the system's.
func (e *takenError) Is(target error) bool { return target == syscall.EADDRINUSE }

// listenExclusive listens on an address on which no other process listens, nor on one that it overlaps with, such as all addresses of this
// machine. It does not listen on a Unix socket, for which it returns nil.
func listenExclusive(ctx context.Context, address caddy.NetworkAddress, flag string) (net.Listener, error) {
	taken := &takenError{address, flag}
	if (address.IsUnixNetwork() || address.StartPort != 0) && answers(ctx, address) {
		return nil, taken
	}
	if address.IsUnixNetwork() {
		return nil, nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, address.Network, address.JoinHostPort(0))
	if isInUse(err) {
		return nil, taken
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	return listener, nil
}

// takeAll takes the ports of addresses for this process alone: the same one of all of them, and a free one for port 0. It
// returns the addresses by which Caddy listens on them, and what gives them back.
func takeAll(ctx context.Context, addresses []caddy.NetworkAddress, flag string) (forCaddy []string, port uint, giveBack []func(), err error) {
	for range portTries {
		forCaddy, port, giveBack, err = takeOnce(ctx, addresses, flag)
		if err == nil {
			return forCaddy, port, giveBack, nil
		}
		for _, give := range giveBack {
			give()
		}
		if addresses[0].StartPort != 0 || !isInUse(err) {
			break
		}
	}
	return nil, 0, nil, err
}

// portTries is how often a free port is looked for that several addresses have.
const portTries = 20

// takeOnce is takeAll with one try. What it has taken is to be given back after an error.
func takeOnce(ctx context.Context, addresses []caddy.NetworkAddress, flag string) (forCaddy []string, port uint, giveBack []func(), err error) {
	for _, address := range addresses {
		if port != 0 {
			address = withPort(address, port)
		}
		taken, takenPort, give, err := take(ctx, address, flag)
		if err != nil {
			return nil, 0, giveBack, err
		}
		forCaddy, port, giveBack = append(forCaddy, taken), takenPort, append(giveBack, give)
	}
	return forCaddy, port, giveBack, nil
}

// withPort returns the address with another port.
func withPort(address caddy.NetworkAddress, port uint) caddy.NetworkAddress {
	address.StartPort, address.EndPort = port, port
	return address
}

// portOf returns the port of a TCP listener.
func portOf(listener net.Listener) uint {
	tcp, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		return 0
	}
	return uint(tcp.Port)
}

// answers tells whether a connection to an address is accepted. Not every system refuses to listen on one address while
// another process listens on all of them, or the other way round.
func answers(ctx context.Context, address caddy.NetworkAddress) bool {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	for _, to := range reachedBy(address) {
		if connection, err := new(net.Dialer).DialContext(ctx, address.Network, to); err == nil {
			_ = connection.Close()
			return true
		}
	}
	return false
}

// reachedBy returns by what addresses one that is listened on is reached: the loopback addresses, where it is that of all
// interfaces.
func reachedBy(address caddy.NetworkAddress) []string {
	if address.IsUnixNetwork() {
		return []string{address.Host}
	}
	port := strconv.FormatUint(uint64(address.StartPort), 10)
	if ip, err := netip.ParseAddr(address.Host); address.Host != "" && (err != nil || !ip.IsUnspecified()) {
		return []string{net.JoinHostPort(address.Host, port)}
	}
	return []string{net.JoinHostPort("127.0.0.1", port), net.JoinHostPort("::1", port)}
}

// checkFree returns an error where an address is taken.
func checkFree(ctx context.Context, address caddy.NetworkAddress, flag string) error {
	listener, err := listenExclusive(ctx, address, flag)
	if listener != nil {
		_ = listener.Close()
	}
	return err
}
