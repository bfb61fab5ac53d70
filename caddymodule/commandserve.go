package caddymodule

import (
	"fmt"
	"io"
	"strings"
	"syscall"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
)

// serve runs `caddy workos` until it is interrupted.
func serve(c *cobra.Command) error {
	s, err := shortOf(c)
	if err != nil {
		return err
	}
	about, err := s.check()
	if err != nil {
		return err
	}
	listening, err := parseAddress("--listen", stringFlag(c, "listen"))
	if err != nil {
		return err
	}
	if admin := stringFlag(c, "admin"); admin != "" {
		if _, err := parseAddress("--admin", admin); err != nil {
			return err
		}
	}
	caddy.TrapSignals()
	if err := caddy.Run(s.config(c)); err != nil {
		if strings.Contains(err.Error(), syscall.EADDRINUSE.Error()) { // Caddy passes the text on, and not the error
			return fmt.Errorf("%w: give another address with --listen or --admin", err)
		}
		return err
	}
	s.announce(c.OutOrStdout(), listening, about)
	select {}
}

// parseAddress reads an address that clients can be told of.
func parseAddress(option, value string) (caddy.NetworkAddress, error) {
	address, err := caddy.ParseNetworkAddress(value)
	if err != nil || (!address.IsUnixNetwork() && (address.StartPort == 0 || address.PortRangeSize() != 1)) {
		return address, fmt.Errorf("%s: want an address with a port, such as :4100 or localhost:4100, got %s", option, quoted(value))
	}
	return address, nil
}

// config is Caddy's configuration for the short form.
func (s *short) config(c *cobra.Command) *caddy.Config {
	server := &caddyhttp.Server{
		Listen:            []string{stringFlag(c, "listen")},
		ReadHeaderTimeout: caddy.Duration(10 * time.Second),
		AutoHTTPS:         &caddyhttp.AutoHTTPSConfig{Disabled: true},
		Routes:            caddyhttp.RouteList{s.expand(nil)},
	}
	if boolFlag(c, "access-log") {
		server.Logs = &caddyhttp.ServerLogConfig{}
	}
	persist, admin := false, stringFlag(c, "admin")
	config := &caddy.Config{
		Admin: &caddy.AdminConfig{
			Disabled: admin == "",
			Listen:   admin,
			Config:   &caddy.ConfigSettings{Persist: &persist},
		},
		AppsRaw: caddy.ModuleMap{
			"http": caddyconfig.JSON(caddyhttp.App{Servers: map[string]*caddyhttp.Server{"workos": server}}, nil),
		},
	}
	if boolFlag(c, "debug") {
		config.Logging = &caddy.Logging{Logs: map[string]*caddy.CustomLog{
			"default": {BaseLog: caddy.BaseLog{Level: zap.DebugLevel.CapitalString()}},
		}}
	}
	return config
}

// announce says where everything is.
func (s *short) announce(w io.Writer, listening caddy.NetworkAddress, about string) {
	base := baseURL(listening)
	fmt.Fprintf(w, "WorkOS listens on %s\n", listening)
	fmt.Fprintf(w, "  emulated:  %s\n", groupNames(" "))
	fmt.Fprintf(w, "  seed:      %s\n", about)
	fmt.Fprintf(w, "  tokens:    POST %s/oauth2/token\n", base)
	fmt.Fprintf(w, "  keys:      GET %s/oauth2/jwks\n", base)
	if s.emulator.TestAPI {
		fmt.Fprintf(w, "  test API:  %s/_emulate/, for anybody\n", base)
	}
	if s.fixtures != nil {
		fmt.Fprintf(w, "  fixtures:  %s, mode %s\n", shown(s.fixtures.Dir), shown(s.fixtures.Mode))
	}
	if s.upstream != nil {
		with := "with the key of " + realKeyVariable
		if s.upstream.transport.APIKey == "" {
			with = "with callers' own keys only: " + realKeyVariable + " is not set"
		}
		fmt.Fprintf(w, "  upstream:  %s, %s\n", s.upstream.address, with)
	}
	if s.authkit != nil {
		fmt.Fprintf(w, "  authkit:   %s\n", s.authkit.address)
	}
}

// baseURL is how a client on the same machine reaches an address.
func baseURL(address caddy.NetworkAddress) string {
	if address.IsUnixNetwork() {
		return "http://localhost"
	}
	if address.Host == "" || address.Host == "0.0.0.0" || address.Host == "::" {
		address.Host = "localhost"
	}
	return "http://" + address.JoinHostPort(0)
}
