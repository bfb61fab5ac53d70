// Package serving serves what the flags of `caddy workos` and `caddy workos exec` say, in the process of the command.
package serving

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/underway"
	"github.com/caddy-workos/caddy-workos/emulator/email"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
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
	// Taken is called when the port is this process's, before there are answers; nil for nothing. An error ends the start.
	Taken func() error
	// Summarized tells that misses are told in a summary at the end, so that the log need not have them.
	Summarized bool

	port  portFlag
	given func(flag string) bool // nil for none
	found Found
}

// DefaultListen is the default of Listen for `caddy workos`.
const DefaultListen = localhost + ":4100"

// Running is a server that listens, or is about to.
type Running struct {
	Site Site
	// BaseURL is how a client on this machine reaches it.
	BaseURL string
	// Listening is the addresses that it listens on, for people.
	Listening string
	// Seed is what was read at the start.
	Seed *seed.Seed
	// Found is what no flag has named.
	Found Found
	// Warning is what to say of the address that it listens on; empty for nothing.
	Warning string

	server *Server
	on     listening
	admin  *caddy.NetworkAddress // nil for none
	config []byte                // of Caddy

	mu      sync.Mutex // held while Caddy is given another configuration, or none
	stopped bool
}

// Prepare checks what the flags say, and returns what would be served. It takes no port.
func (s *Server) Prepare() (*Running, error) {
	s.discoverSeed()
	s.discoverFixtures()
	if err := s.Logins.check(s.isGiven); err != nil {
		return nil, FlagOfOption(err)
	}
	loaded, err := s.check()
	if err != nil {
		return nil, err
	}
	r := &Running{Site: s.Site, Seed: loaded, Found: s.found, server: s}
	address, err := s.address()
	if err != nil {
		return nil, err
	}
	if r.on, err = parseListening(address); err != nil {
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

// Start takes the port, and serves what [Server.Prepare] has checked. The seed is not read again: it may be a pipe.
func (r *Running) Start(ctx context.Context) error {
	if r.admin != nil {
		if err := checkFree(ctx, *r.admin, "--admin"); err != nil {
			return err
		}
	}
	if err := r.on.take(ctx); err != nil {
		return err
	}
	r.describe(r.server)
	if taken := r.server.Taken; taken != nil {
		if err := taken(); err != nil {
			return err
		}
	}
	if err := r.configure(); err != nil {
		return err
	}
	underway.Watch()
	return r.load()
}

// configure makes Caddy's configuration of what the flags say.
func (r *Running) configure() error {
	config, err := r.server.config(r.on)
	if err != nil {
		return err
	}
	r.config, err = json.Marshal(config)
	return err
}

// Port is the TCP port that it listens on, or 0 for none.
func (r *Running) Port() uint {
	if r.on.IsUnixNetwork() {
		return 0
	}
	return r.on.StartPort
}

// Socket is the path of the Unix socket that it listens on, or empty for none.
func (r *Running) Socket() string {
	if !r.on.IsUnixNetwork() {
		return ""
	}
	path, _, _ := strings.Cut(r.on.Host, "|") // behind which the file mode stands
	return path
}

// load has Caddy run the configuration.
func (r *Running) load() error {
	err := caddy.Load(r.config, true)
	if err != nil && strings.Contains(err.Error(), errInUse.Error()) { // Caddy passes the text on, and not the error
		return fmt.Errorf("%w: give another address with --listen, --port or --admin", err)
	}
	return err
}

// Stop ends it. Requests that are under way have GracePeriod to end, and what they record is written. A reload that is under way
// is waited for, and there is none afterwards.
func (r *Running) Stop() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopped = true
	ctx, cancel := context.WithTimeout(context.Background(), GracePeriod)
	defer cancel()
	err := caddy.Stop()
	for _, give := range r.on.giveBack { // so that new connections are refused at once
		give()
	}
	underway.Wait(ctx)
	return err
}

// GracePeriod is how long requests have to end, when the process is asked to. Without an end to it, an upstream that hangs
// would keep the process.
const GracePeriod = 5 * time.Second

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
		Protocols:         []string{"h1"}, // the others need TLS
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
				GracePeriod: caddy.Duration(GracePeriod),
				Servers:     map[string]*caddyhttp.Server{"workos": server},
			}, nil),
		},
	}
	config.Logging = s.logging()
	return config, nil
}

const (
	// accessLogger is what Caddy calls its log of requests.
	accessLogger = "http.log.access"
	// fixturesLogger is the log of the fixtures. In a replay, its warnings are misses.
	fixturesLogger = "http.handlers.workos_fixtures"
	// emailsLogger is the log of the emails that would be sent.
	emailsLogger = "http.handlers.workos_emulator." + email.LoggerName
)

// logging is what Caddy says of itself: warnings and errors, unless a flag asks for more. That the admin endpoint is off is none. Who
// watches the screen is also told of emails, as a login may wait for the code of one.
func (s *Server) logging() *caddy.Logging {
	at := func(level zapcore.Level, include, exclude []string) *caddy.CustomLog {
		return &caddy.CustomLog{BaseLog: caddy.BaseLog{Level: level.CapitalString()}, Include: include, Exclude: exclude}
	}
	if s.Debug {
		return &caddy.Logging{Logs: map[string]*caddy.CustomLog{"default": at(zap.DebugLevel, nil, nil)}}
	}
	quiet := []string{accessLogger}
	if s.Admin == "" {
		quiet = append(quiet, "admin")
	}
	logs := map[string]*caddy.CustomLog{}
	if _, mode, err := s.fixtures(); s.Summarized && err == nil && mode == fixture.Replay {
		quiet = append(quiet, fixturesLogger)
		logs["fixtures"] = at(zap.ErrorLevel, []string{fixturesLogger}, nil)
	}
	logs["default"] = at(zap.WarnLevel, nil, quiet)
	if !s.Summarized {
		logs["emails"] = at(zap.InfoLevel, []string{emailsLogger}, nil)
	}
	if s.AccessLog {
		logs["access"] = at(zap.InfoLevel, []string{accessLogger}, nil)
	}
	return &caddy.Logging{Logs: logs}
}

// warning is what to say of an address that other machines reach, where the real key is behind it.
func (s *Server) warning(on listening) string {
	if on.onThisMachine() || s.UpstreamKey == "" {
		return ""
	}
	return fmt.Sprintf("WARNING: everyone who reaches the port, from any machine, and holds an environment key of the seed acts on the real WorkOS "+
		"with the key of %s: --listen %s:%d keeps it to this machine", RealKeyVariable, localhost, on.StartPort)
}
