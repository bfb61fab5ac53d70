package command

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

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator"
)

// server is `caddy workos`, as its flags say.
type server struct {
	Site
	routeOf func(Site) (caddyhttp.Route, error)

	listen, admin    string
	accessLog, debug bool
}

// serve runs `caddy workos` until it is interrupted.
func (s *server) serve(c *cobra.Command) error {
	about, passesKeysOn, err := s.check()
	if err != nil {
		return err
	}
	on, err := parseListening(s.listen)
	if err != nil {
		return err
	}
	admin, err := parseAdmin(s.admin)
	if err == nil && admin != nil {
		err = checkFree(c.Context(), *admin, "--admin")
	}
	if err != nil {
		return err
	}
	if err := on.take(c.Context()); err != nil {
		return err
	}
	config, err := s.config(on)
	if err != nil {
		return err
	}
	caddy.TrapSignals()
	if err := caddy.Run(config); err != nil {
		if strings.Contains(err.Error(), syscall.EADDRINUSE.Error()) { // Caddy passes the text on, and not the error
			return fmt.Errorf("%w: give another address with --listen or --admin", err)
		}
		return err
	}
	if warning := s.warning(on); warning != "" {
		fmt.Fprintln(c.ErrOrStderr(), warning)
	}
	s.announce(c.OutOrStdout(), on, about, passesKeysOn)
	select {}
}

// gracePeriod is how long requests have to end, when the process is asked to. Without an end to it, an upstream that hangs
// would keep the process.
const gracePeriod = 5 * time.Second

// config is Caddy's configuration.
func (s *server) config(on listening) (*caddy.Config, error) {
	route, err := s.routeOf(s.Site)
	if err != nil {
		return nil, err
	}
	server := &caddyhttp.Server{
		Listen:            on.forCaddy(),
		ReadHeaderTimeout: caddy.Duration(10 * time.Second),
		AutoHTTPS:         &caddyhttp.AutoHTTPSConfig{Disabled: true},
		Routes:            caddyhttp.RouteList{route},
	}
	if s.accessLog {
		server.Logs = &caddyhttp.ServerLogConfig{}
	}
	persist := false
	config := &caddy.Config{
		Admin: &caddy.AdminConfig{
			Disabled: s.admin == "",
			Listen:   s.admin,
			Config:   &caddy.ConfigSettings{Persist: &persist},
		},
		AppsRaw: caddy.ModuleMap{
			"http": caddyconfig.JSON(caddyhttp.App{
				GracePeriod: caddy.Duration(gracePeriod),
				Servers:     map[string]*caddyhttp.Server{"workos": server},
			}, nil),
		},
	}
	if s.debug {
		config.Logging = &caddy.Logging{Logs: map[string]*caddy.CustomLog{
			"default": {BaseLog: caddy.BaseLog{Level: zap.DebugLevel.CapitalString()}},
		}}
	}
	return config, nil
}

// warning is what to say of an address that other machines reach, where the real key is behind it.
func (s *server) warning(on listening) string {
	if on.onThisMachine() || s.UpstreamKey == "" {
		return ""
	}
	return fmt.Sprintf("WARNING: everyone who reaches the port, from any machine, and holds an environment key of the seed acts on the real WorkOS "+
		"with the key of %s: --listen %s:%d keeps it to this machine", realKeyVariable, localhost, on.StartPort)
}

// announce says where everything is.
func (s *server) announce(w io.Writer, on listening, about string, passesKeysOn bool) {
	base := on.baseURL()
	fmt.Fprintf(w, "WorkOS listens on %s (%s)\n", base, on)
	fmt.Fprintf(w, "  emulated:  %s\n", strings.Join(emulator.Groups(), " "))
	fmt.Fprintf(w, "  seed:      %s\n", about)
	fmt.Fprintf(w, "  tokens:    POST %s/oauth2/token\n", base)
	fmt.Fprintf(w, "  keys:      GET %s/oauth2/jwks\n", base)
	if s.TestAPI {
		fmt.Fprintf(w, "  test API:  %s/_emulate/, for anybody\n", base)
	}
	if s.Fixtures != "" {
		fmt.Fprintf(w, "  fixtures:  %s, mode %s\n", option.Shown(s.Fixtures), option.Shown(s.Mode))
	}
	if s.Upstream != "" {
		with := "with the key of " + realKeyVariable
		switch {
		case s.UpstreamKey == "":
			with = "with callers' own keys only: " + realKeyVariable + " is not set"
		case !passesKeysOn:
			with += ", for callers who hold it: no key of the seed stands for it (give apiKeys as a mapping, or mark a key upstream: true)"
		}
		fmt.Fprintf(w, "  upstream:  %s, %s\n", option.Shown(s.Upstream), with)
	}
	if s.AuthKit != "" {
		fmt.Fprintf(w, "  authkit:   %s\n", option.Shown(s.AuthKit))
	}
}
