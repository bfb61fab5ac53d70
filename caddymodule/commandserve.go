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
	on, err := parseListening(stringFlag(c, "listen"))
	if err != nil {
		return err
	}
	admin, err := parseAdmin(stringFlag(c, "admin"))
	if err == nil && admin != nil {
		err = checkFree(c.Context(), *admin, "--admin")
	}
	if err != nil {
		return err
	}
	if err := on.take(c.Context()); err != nil {
		return err
	}
	caddy.TrapSignals()
	if err := caddy.Run(s.config(c, on)); err != nil {
		if strings.Contains(err.Error(), syscall.EADDRINUSE.Error()) { // Caddy passes the text on, and not the error
			return fmt.Errorf("%w: give another address with --listen or --admin", err)
		}
		return err
	}
	if warning := s.warning(on); warning != "" {
		fmt.Fprintln(c.ErrOrStderr(), warning)
	}
	s.announce(c.OutOrStdout(), on, about)
	select {}
}

// gracePeriod is how long requests have to end, when the process is asked to. Without an end to it, an upstream that hangs
// would keep the process.
const gracePeriod = 5 * time.Second

// config is Caddy's configuration for the short form.
func (s *short) config(c *cobra.Command, on listening) *caddy.Config {
	server := &caddyhttp.Server{
		Listen:            on.forCaddy(),
		ReadHeaderTimeout: caddy.Duration(10 * time.Second),
		AutoHTTPS:         &caddyhttp.AutoHTTPSConfig{Disabled: true},
		Routes:            caddyhttp.RouteList{s.expand(nil, true)},
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
			"http": caddyconfig.JSON(caddyhttp.App{
				GracePeriod: caddy.Duration(gracePeriod),
				Servers:     map[string]*caddyhttp.Server{"workos": server},
			}, nil),
		},
	}
	if boolFlag(c, "debug") {
		config.Logging = &caddy.Logging{Logs: map[string]*caddy.CustomLog{
			"default": {BaseLog: caddy.BaseLog{Level: zap.DebugLevel.CapitalString()}},
		}}
	}
	return config
}

// warning is what to say of an address that other machines reach, where the real key is behind it.
func (s *short) warning(on listening) string {
	if on.onThisMachine() || s.upstream == nil || s.upstream.transport.APIKey == "" {
		return ""
	}
	return fmt.Sprintf("WARNING: everyone who reaches the port, from any machine, and holds an environment key of the seed acts on the real WorkOS "+
		"with the key of %s: --listen %s:%d keeps it to this machine", realKeyVariable, localhost, on.StartPort)
}

// announce says where everything is.
func (s *short) announce(w io.Writer, on listening, about string) {
	base := on.baseURL()
	fmt.Fprintf(w, "WorkOS listens on %s (%s)\n", base, on)
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
		switch {
		case s.upstream.transport.APIKey == "":
			with = "with callers' own keys only: " + realKeyVariable + " is not set"
		case !s.seedPassesKeysOn:
			with += ", for callers who hold it: no key of the seed stands for it (give apiKeys as a mapping, or mark a key upstream: true)"
		}
		fmt.Fprintf(w, "  upstream:  %s, %s\n", s.upstream.address, with)
	}
	if s.authkit != nil {
		fmt.Fprintf(w, "  authkit:   %s\n", s.authkit.address)
	}
}
