// Package serving serves what the flags of `caddy workos` and `caddy workos exec` say, in the process of the command.
package serving

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/spf13/pflag"
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// RouteOf makes Caddy's route of a site.
type RouteOf func(Site) (caddyhttp.Route, error)

// Server is what the flags say.
type Server struct {
	Site
	RouteOf RouteOf

	Listen, Admin    string
	AccessLog, Debug bool
}

// DefaultListen is the default of Listen for `caddy workos`.
const DefaultListen = localhost + ":4100"

// AddFlags adds the flags.
func (s *Server) AddFlags(flags *pflag.FlagSet, listen string) {
	flags.StringVar(&s.Seed, "seed", "", "Seed file, YAML or JSON")
	flags.StringVarP(&s.Listen, "listen", "l", listen, "Address to listen on; ':4100' is on all interfaces, and port 0 is a free one")
	flags.StringVar(&s.Upstream, "upstream", "", "Origin of the real REST API, such as https://api.workos.com")
	flags.StringVar(&s.AuthKit, "authkit", "", "Origin of the real /oauth2/* and /.well-known/* (default: the upstream)")
	flags.StringVar(&s.Fixtures, "fixtures", "", "Folder of recorded answers")
	flags.StringVar(&s.Mode, "mode", "", "What is done with the fixtures: replay, record, once, fallback, verify or live")
	flags.StringVar(&s.PublicURL, "public-url", "", "Where callers reach it, an origin that may have a path (default: where a request was sent)")
	flags.StringVar(&s.Issuer, "issuer", "", "iss claim of tokens, an origin (default: the public URL)")
	flags.StringVar(&s.Audience, "audience", "", "aud claim of tokens, the client ID of your environment (default: the application's client_id)")
	flags.StringVar(&s.SigningKey, "signing-key", "", "PEM file of the RSA key that signs tokens, or 'storage' for one in Caddy's storage (default: made at the start)")
	flags.BoolVar(&s.TestAPI, "test-api", false, "Let anybody reset the state and make requests fail, under /_emulate/")
	flags.StringVar(&s.Admin, "admin", "", "Address of Caddy's admin endpoint (default: off)")
	flags.BoolVarP(&s.AccessLog, "access-log", "a", false, "Log each request")
	flags.BoolVarP(&s.Debug, "debug", "v", false, "Log verbosely")
}

// Running is a server that listens, or is about to.
type Running struct {
	Site Site
	// BaseURL is how a client on this machine reaches it.
	BaseURL string
	// Listening is the addresses that it listens on, for people.
	Listening string
	// Seed is what was read at the start.
	Seed *seed.Seed
	// Warning is what to say of the address that it listens on; empty for nothing.
	Warning string

	on     listening
	admin  *caddy.NetworkAddress // nil for none
	config []byte                // of Caddy
}

// Prepare checks what the flags say, and returns what would be served. It takes no port.
func (s *Server) Prepare() (*Running, error) {
	loaded, err := s.check()
	if err != nil {
		return nil, err
	}
	r := &Running{Site: s.Site, Seed: loaded}
	if r.on, err = parseListening(s.Listen); err != nil {
		return nil, err
	}
	if r.admin, err = parseAdmin(s.Admin); err != nil {
		return nil, err
	}
	r.describe(s)
	return r, nil
}

// describe says where it listens.
func (r *Running) describe(s *Server) {
	r.BaseURL, r.Listening, r.Warning = r.on.baseURL(), r.on.String(), s.warning(r.on)
}

// Start checks what the flags say, takes the port, and serves.
func (s *Server) Start(ctx context.Context) (*Running, error) {
	r, err := s.Prepare()
	if err != nil {
		return nil, err
	}
	if r.admin != nil {
		if err := checkFree(ctx, *r.admin, "--admin"); err != nil {
			return nil, err
		}
	}
	if err := r.on.take(ctx); err != nil {
		return nil, err
	}
	r.describe(s)
	config, err := s.config(r.on)
	if err != nil {
		return nil, err
	}
	if r.config, err = json.Marshal(config); err != nil {
		return nil, err
	}
	return r, r.load()
}

// load has Caddy run the configuration, again where it does already.
func (r *Running) load() error {
	err := caddy.Load(r.config, true)
	if err != nil && strings.Contains(err.Error(), errInUse.Error()) { // Caddy passes the text on, and not the error
		return fmt.Errorf("%w: give another address with --listen or --admin", err)
	}
	return err
}

// Stop ends it. Requests that are under way have gracePeriod to end.
func (r *Running) Stop() error { return caddy.Stop() }

// gracePeriod is how long requests have to end, when the process is asked to. Without an end to it, an upstream that hangs
// would keep the process.
const gracePeriod = 5 * time.Second

// config is Caddy's configuration.
func (s *Server) config(on listening) (*caddy.Config, error) {
	route, err := s.RouteOf(s.Site)
	if err != nil {
		return nil, err
	}
	server := &caddyhttp.Server{
		Listen:            on.forCaddy(),
		ReadHeaderTimeout: caddy.Duration(10 * time.Second),
		AutoHTTPS:         &caddyhttp.AutoHTTPSConfig{Disabled: true},
		Routes:            caddyhttp.RouteList{route},
	}
	if s.AccessLog {
		server.Logs = &caddyhttp.ServerLogConfig{}
	}
	persist := false
	config := &caddy.Config{
		Admin: &caddy.AdminConfig{
			Disabled: s.Admin == "",
			Listen:   s.Admin,
			Config:   &caddy.ConfigSettings{Persist: &persist},
		},
		AppsRaw: caddy.ModuleMap{
			"http": caddyconfig.JSON(caddyhttp.App{
				GracePeriod: caddy.Duration(gracePeriod),
				Servers:     map[string]*caddyhttp.Server{"workos": server},
			}, nil),
		},
	}
	if s.Debug {
		config.Logging = &caddy.Logging{Logs: map[string]*caddy.CustomLog{
			"default": {BaseLog: caddy.BaseLog{Level: zap.DebugLevel.CapitalString()}},
		}}
	}
	return config, nil
}

// warning is what to say of an address that other machines reach, where the real key is behind it.
func (s *Server) warning(on listening) string {
	if on.onThisMachine() || s.UpstreamKey == "" {
		return ""
	}
	return fmt.Sprintf("WARNING: everyone who reaches the port, from any machine, and holds an environment key of the seed acts on the real WorkOS "+
		"with the key of %s: --listen %s:%d keeps it to this machine", RealKeyVariable, localhost, on.StartPort)
}
