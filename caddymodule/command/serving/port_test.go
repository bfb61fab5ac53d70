//go:build unix

package serving

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/caddyserver/caddy/v2"
)

// listenShared listens as Caddy does, who lets others listen on the same address.
func listenShared(t *testing.T, network, host string) net.Listener {
	t.Helper()
	address := caddy.NetworkAddress{Network: network, Host: host}
	listener, err := address.Listen(t.Context(), 0, net.ListenConfig{})
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err) // such as without IPv6
	}
	t.Cleanup(func() { listener.(net.Listener).Close() })
	return listener.(net.Listener)
}

// TestTakenPortIsRefused has another process listen on one address, and tries others that overlap with it.
func TestTakenPortIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ network, theirs, ours string }{
		"the same":                       {"tcp4", "127.0.0.1", "127.0.0.1:"},
		"the same, IPv6":                 {"tcp6", "::1", "[::1]:"},
		"theirs is localhost":            {"tcp4", "127.0.0.1", "localhost:"},
		"theirs is localhost, IPv6":      {"tcp6", "::1", "localhost:"},
		"theirs is all":                  {"tcp", "", "localhost:"},
		"theirs is all, ours of IPv6":    {"tcp", "", "[::1]:"},
		"theirs is all of IPv4":          {"tcp4", "0.0.0.0", "127.0.0.1:"},
		"theirs is all of IPv6":          {"tcp6", "::", "[::1]:"},
		"ours is all":                    {"tcp4", "127.0.0.1", ":"},
		"ours is all, theirs of IPv6":    {"tcp6", "::1", ":"},
		"ours is all of IPv4":            {"tcp4", "127.0.0.1", "0.0.0.0:"},
		"ours is all of IPv6":            {"tcp6", "::1", "[::]:"},
		"both are all":                   {"tcp", "", ":"},
		"ours is all, of IPv4 by a flag": {"tcp4", "127.0.0.1", "tcp4/:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			theirs := listenShared(t, test.network, test.theirs)
			_, port, _ := net.SplitHostPort(theirs.Addr().String())
			on, err := parseListening(test.ours + port)
			if err != nil {
				t.Fatal(err)
			}
			if err = on.take(t.Context()); !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), port) || !strings.Contains(err.Error(), "--listen") {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

// TestTakenSocketIsRefused proves the same of a socket in the file system, which Caddy would replace.
func TestTakenSocketIsRefused(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/socket"
	theirs, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close()
	address := caddy.NetworkAddress{Network: "unix", Host: path}
	if _, _, _, err := takeAll(t.Context(), []caddy.NetworkAddress{address}, "--listen"); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("the error is %v", err)
	}
	theirs.Close()
	if got, _, _, err := takeAll(t.Context(), []caddy.NetworkAddress{address}, "--listen"); err != nil || got[0] != "unix/"+path {
		t.Errorf("without anybody there, it is %v, %v", got, err)
	}
}

// TestPortIsTakenByOneOfMany starts many at once.
func TestPortIsTakenByOneOfMany(t *testing.T) {
	t.Parallel()
	free, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address, err := caddy.ParseNetworkAddress(free.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	free.Close()
	var wait sync.WaitGroup
	var mu sync.Mutex
	var listeners []net.Listener
	for range 16 {
		wait.Go(func() {
			listener, err := listenExclusive(context.Background(), address, "--listen")
			if err != nil {
				if !errors.Is(err, syscall.EADDRINUSE) {
					t.Error(err)
				}
				return
			}
			mu.Lock()
			defer mu.Unlock()
			listeners = append(listeners, listener)
		})
	}
	wait.Wait()
	if len(listeners) != 1 {
		t.Errorf("%d listen", len(listeners))
	}
	for _, listener := range listeners {
		listener.Close()
	}
}
