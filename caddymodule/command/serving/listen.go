package serving

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/caddyserver/caddy/v2"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
)

// localhost is the host of --listen that stands for the loopback addresses of both families. For Go, as for Caddy's
// `bind`, it is one address only.
const localhost = "localhost"

// listening is where `caddy workos` listens.
type listening struct {
	caddy.NetworkAddress          // as it was given, without placeholders
	addresses            []string // that it stands for
	taken                []string // how Caddy calls them, when they are this process's alone
	giveBack             []func() // ends that
}

// parseAdmin reads the value of --admin. Without one, there is no address.
func parseAdmin(value string) (*caddy.NetworkAddress, error) {
	if value == "" {
		return nil, nil
	}
	o, err := option.Resolve("--admin", value)
	if err != nil {
		return nil, err
	}
	address, err := parseAddress(o)
	if err == nil && !address.IsUnixNetwork() && address.StartPort == 0 {
		err = errNoPort(o)
	}
	return &address, err
}

// take takes the addresses for this process alone, and a free port for port 0.
func (l *listening) take(ctx context.Context) error {
	addresses := make([]caddy.NetworkAddress, len(l.addresses))
	for i, text := range l.addresses {
		var err error
		if addresses[i], err = caddy.ParseNetworkAddress(text); err != nil {
			return fmt.Errorf("--listen: %w", err)
		}
	}
	taken, port, giveBack, err := takeAll(ctx, addresses, "--listen")
	if err != nil {
		return err
	}
	l.taken, l.giveBack = taken, giveBack
	if l.StartPort == 0 && !l.IsUnixNetwork() {
		l.NetworkAddress = withPort(l.NetworkAddress, port)
		for i := range addresses {
			l.addresses[i] = withPort(addresses[i], port).String()
		}
	}
	return nil
}

// forCaddy is what Caddy is to listen on.
func (l listening) forCaddy() []string {
	if l.taken != nil {
		return l.taken
	}
	return l.addresses
}

// parseListening reads the value of --listen.
func parseListening(value string) (l listening, err error) {
	o, err := option.Resolve("--listen", value)
	if err != nil {
		return l, err
	}
	if l.NetworkAddress, err = parseAddress(o); err != nil {
		return l, err
	}
	l.addresses = loopbackOf(l.NetworkAddress, hasIPv6Loopback)
	return l, nil
}

// parseAddress reads an address that clients can be told of.
func parseAddress(o option.Option) (caddy.NetworkAddress, error) {
	address, err := caddy.ParseNetworkAddress(o.Value)
	switch {
	case err != nil:
		return address, errNoPort(o)
	case address.IsUnixNetwork():
		if address.Host == "" {
			return address, o.Errorf("want the path of the socket, as in unix//run/workos.sock")
		}
	case !strings.HasPrefix(address.Network, "tcp"), !hasPort(o.Value), address.PortRangeSize() != 1:
		return address, errNoPort(o)
	}
	return address, nil
}

// hasPort tells whether an address says which port: port 0 is a free one.
func hasPort(address string) bool {
	_, port, err := net.SplitHostPort(address) // not that of an IPv6 address without brackets
	return err == nil && port != "" && strings.Trim(port, "0123456789") == ""
}

func errNoPort(o option.Option) error {
	return o.Errorf("want an address with a port, such as localhost:4100 or :4100, got %s", option.Quoted(o.Text))
}

// loopbackOf returns the addresses that an address stands for: itself, but for localhost. Where the machine has no IPv6
// loopback, localhost is 127.0.0.1 alone.
func loopbackOf(address caddy.NetworkAddress, hasIPv6 func() bool) (addresses []string) {
	if address.IsUnixNetwork() || !strings.EqualFold(address.Host, localhost) {
		return []string{address.String()}
	}
	on := func(host string) string {
		address.Host = host
		return address.String()
	}
	if address.Network != "tcp6" {
		addresses = append(addresses, on("127.0.0.1"))
	}
	if address.Network == "tcp6" || address.Network != "tcp4" && hasIPv6() {
		addresses = append(addresses, on("::1"))
	}
	return addresses
}

// hasIPv6Loopback tells whether this machine has the address ::1.
func hasIPv6Loopback() bool {
	listener, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		return false
	}
	_ = listener.Close()
	return true
}

// onThisMachine tells whether no other machine reaches the address.
func (l listening) onThisMachine() bool {
	if l.IsUnixNetwork() || strings.EqualFold(l.Host, localhost) {
		return true
	}
	ip, err := netip.ParseAddr(l.Host)
	return err == nil && ip.IsLoopback()
}

// String is the addresses, for people.
func (l listening) String() string { return strings.Join(l.addresses, " and ") }

// baseURL is how a client on the same machine reaches it.
func (l listening) baseURL() string {
	if l.IsUnixNetwork() {
		return "http://" + localhost
	}
	address := l.NetworkAddress
	if ip, err := netip.ParseAddr(address.Host); address.Host == "" || strings.EqualFold(address.Host, localhost) || err == nil && ip.IsUnspecified() {
		address.Host = localhost
	}
	return (&url.URL{Scheme: "http", Host: address.JoinHostPort(0)}).String()
}
