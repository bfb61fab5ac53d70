package caddymodule

import (
	"fmt"
	"net/http"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/instance"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/metrics"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/requestlog"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

func init() { caddy.RegisterModule(Fixtures{}) }

// Fixtures is a middleware that replays recorded answers, or records what the next handler answers. Secrets are taken out
// before anything touches the disk, and tokens come back alive: a fixture holds the claims of a JWT, and each replay
// signs a fresh one with the key of the instance's `workos_emulator`.
//
// All values take placeholders such as `{env.NAME}`, which are resolved when the configuration is loaded.
type Fixtures struct {
	// The folder of the fixtures, or a symbolic link to it. It must be there to replay from it; to be recorded into, it is made
	// when the configuration starts. One that cannot be read, or made, is an error. Default: required.
	Dir string `json:"dir"`

	// What to do with a request: `replay` (the fixture, and the network is never touched), `record` (the next handler, recorded
	// anew), `once` (the fixture, or else the next handler, recorded), `fallback` (the next handler, or the fixture where that
	// fails), `verify` (the next handler, and what differs from the fixture is reported) or `live` (the next handler). See
	// docs/fixtures.md#modes. Default: required, so that none reaches the network by accident.
	Mode string `json:"mode"`

	// Headers of requests that take part in matching, such as `Accept` and `Accept-Language`: see docs/fixtures.md#matching.
	// Default: none.
	MatchHeader []string `json:"match_header,omitempty"`

	// Query parameters whose values do not take part in matching. Default: none.
	IgnoreQuery []string `json:"ignore_query,omitempty"`

	// JSON members and form fields of bodies whose values do not take part in matching, nor in what mode `verify` compares: their
	// names, or JSON pointers in which `*` stands for any one segment (`/items/*/created_at`). Default: none.
	IgnoreBody []string `json:"ignore_body,omitempty"`

	// JSON pointers to arrays of requests whose order does not matter (`/scopes`, `/items/*/roles`). Default: none.
	Unordered []string `json:"unordered,omitempty"`

	// Members of bodies and queries whose values are secret, beside those that always are: see docs/fixtures.md#redaction.
	// Default: none.
	Redact []string `json:"redact,omitempty"`

	// Members whose values are not secret, whatever says that they are: names, or JSON pointers. The configured keys stay secret.
	// Default: none.
	Keep []string `json:"keep,omitempty"`

	// Headers of answers that are recorded, beside those that a client acts on. Default: none.
	KeepHeader []string `json:"keep_header,omitempty"`

	// Whether to record what is a fault of the moment too: 408, 425, 429, 5xx, and the 401 to a request with the real key.
	// Default: off.
	RecordErrors bool `json:"record_errors,omitempty"`

	// Which `iss` the tokens of replayed answers have: `recorded`, or `here` for the issuer of the instance's `workos_emulator`.
	// See docs/fixtures.md#what-lives-on. Default: `recorded`.
	Iss string `json:"iss,omitempty"`

	// What becomes of times that lay ahead when they were recorded: `living` ones lie as far ahead of each replay, and `recorded`
	// ones stay as they are. Default: `living`.
	Times string `json:"times,omitempty"`

	// Whether to put a made-up e-mail address, always the same, in the place of each one. Default: off.
	RedactEmail bool `json:"redact_email,omitempty"`

	// What mode `verify` compares: `shape` (member names, types, status, and null or not) or `values`. See docs/fixtures.md#drift.
	// Default: `shape`.
	Verify string `json:"verify,omitempty"`

	// The instance whose `workos_emulator` signs the tokens of replayed answers. Default: `default`.
	Instance string `json:"instance,omitempty"`

	fixtures *fixture.Fixtures
	folder   *instance.FolderUse // nil until it is taken
	app      *app                // nil until it is joined
	observer *metrics.Observer
	issHere  bool
}

// CaddyModule returns the Caddy module information.
func (Fixtures) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.workos_fixtures",
		New: func() caddy.Module { return new(Fixtures) },
	}
}

// Provision takes hold of the folder and the instance. It changes nothing: it is called for `caddy validate` too.
func (m *Fixtures) Provision(ctx caddy.Context) error {
	options, name, dir, err := m.resolve()
	if err != nil {
		return err
	}
	if err := metrics.Register(ctx.GetMetricsRegistry()); err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	if m.app, err = joinApp(ctx); err != nil {
		return err
	}
	if m.folder, err = instance.AcquireFolder(m.app, name, dir, ctx.Logger()); err != nil {
		return err
	}
	m.observer = metrics.Observe(name.String())
	options.Library, options.Sign = m.folder.Library, m.folder.Sign
	options.Secrets, options.Logger = m.folder.Redacted(options.Mode), ctx.Logger()
	options.Verify, options.Prepare = oauth.VerifyUpstreamToken, prepare
	options.IsLocal, options.IsReplayed = m.folder.IsLocal, m.folder.IsReplayed
	if m.issHere {
		options.Issuer = m.folder.Issuer
	}
	options.StartLater = true
	options.Observe = m.observer.FixtureUsed
	options.Missed = func(r *http.Request, why string) { requestlog.NoteMiss(r.Context(), why) }
	if m.fixtures, err = fixture.New(options); err != nil {
		return fmt.Errorf("fixtures: %w", err)
	}
	m.app.onStart(m.fixtures.Start, m.started)
	return nil
}

// started does what is to be done when nothing keeps the configuration from being loaded any more.
func (m *Fixtures) started() {
	m.folder.ApplySeed()
	m.folder.WarnOfRecordedLogins()
}

// Cleanup waits until all is written, and gives back what was taken: Caddy also cleans up what failed to provision.
// Requests that are under way go on recording.
func (m *Fixtures) Cleanup() error {
	if m.fixtures != nil {
		m.fixtures.Close()
	}
	if m.app != nil {
		m.app.leave(m.close)
	}
	if m.folder == nil {
		return nil
	}
	return m.folder.ReleaseInstance()
}

// close ends what goes on after the last request.
func (m *Fixtures) close() {
	if m.folder != nil {
		_ = m.folder.ReleaseFolder() // a library's Destruct does not fail
	}
	m.observer.Close()
}

// ServeHTTP answers by a fixture, or asks the next handler.
func (m *Fixtures) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	defer m.app.begin()()
	m.folder.ApplySeed() // its secrets are to be redacted
	w, tell := tellSource(w, r)
	defer tell()
	return m.fixtures.Serve(w, r, next.ServeHTTP)
}

var (
	_ caddy.Provisioner           = (*Fixtures)(nil)
	_ caddy.CleanerUpper          = (*Fixtures)(nil)
	_ caddyhttp.MiddlewareHandler = (*Fixtures)(nil)
)
