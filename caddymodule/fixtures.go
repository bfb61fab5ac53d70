package caddymodule

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/caddy-workos/caddy-workos/emulator/fixture"
)

func init() { caddy.RegisterModule(Fixtures{}) }

// Fixtures is a middleware that replays recorded answers, or records what the next handler answers. Secrets are taken out
// before anything touches the disk, and tokens come back alive: a fixture holds the claims of a JWT, and each replay
// signs a fresh one with the key of the instance's `workos_emulator`.
//
// All values take placeholders such as `{env.NAME}`, which are resolved when the configuration is loaded.
type Fixtures struct {
	// The folder of the fixtures. It must be there to replay from it; to be recorded into, it is made.
	Dir string `json:"dir"`

	// What to do with a request: `replay` (the fixture, and the network is never touched), `record` (the next handler,
	// recorded anew), `once` (the fixture, or else the next handler, recorded), `fallback` (the next handler, or the
	// fixture where that fails), `verify` (the next handler, and what differs from the fixture is reported) or `live` (the
	// next handler). There is no default.
	Mode string `json:"mode"`

	// Query parameters whose values do not take part in matching.
	IgnoreQuery []string `json:"ignore_query,omitempty"`

	// JSON members and form fields of bodies whose values do not take part in matching.
	IgnoreBody []string `json:"ignore_body,omitempty"`

	// Members of bodies and queries whose values are secret, beside those that always are.
	Redact []string `json:"redact,omitempty"`

	// Whether to put a made-up e-mail address, always the same, in the place of each one. Default: false.
	RedactEmail bool `json:"redact_email,omitempty"`

	// What mode `verify` compares: `shape` (member names, types, status, and null or not) or `values`. Default: `shape`.
	Verify string `json:"verify,omitempty"`

	// The instance whose `workos_emulator` signs the tokens of replayed answers. Default: `default`.
	Instance string `json:"instance,omitempty"`

	fixtures *fixture.Fixtures
	shelf    *shelf // nil until it is taken
}

// CaddyModule returns the Caddy module information.
func (Fixtures) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.workos_fixtures",
		New: func() caddy.Module { return new(Fixtures) },
	}
}

// Provision opens the folder and takes hold of the instance.
func (m *Fixtures) Provision(ctx caddy.Context) error {
	options, instance, dir, err := m.resolve()
	if err != nil {
		return err
	}
	if m.shelf, err = takeShelf(ctx, instance, dir); err != nil {
		return err
	}
	options.Library, options.Sign = m.shelf.library, m.shelf.sign
	options.Secrets, options.Logger = m.shelf.secrets(options.Mode), ctx.Logger()
	if err := metrics.register(ctx.GetMetricsRegistry()); err != nil {
		return err
	}
	options.Observe = metrics.of(instance.String()).FixtureUsed
	if m.fixtures, err = fixture.New(options); err != nil {
		return fmt.Errorf("fixtures: %w", err)
	}
	return nil
}

// resolve replaces the placeholders and checks the values.
func (m *Fixtures) resolve() (options fixture.Options, instance, dir option, err error) {
	var mode, verify option
	for _, o := range []struct {
		name, text string
		into       *option
	}{
		{"dir", m.Dir, &dir}, {"mode", m.Mode, &mode}, {"verify", m.Verify, &verify}, {"instance", m.Instance, &instance},
	} {
		if *o.into, err = resolve(o.name, o.text); err != nil {
			return options, instance, dir, err
		}
	}
	instance, verify = instance.or(defaultInstance), verify.or("shape")
	switch {
	case dir.value == "":
		return options, instance, dir, dir.errorf("name the folder of the fixtures")
	case verify.value != "shape" && verify.value != "values":
		return options, instance, dir, verify.errorf("want shape or values, got %s", quoted(verify.text))
	}
	if options.Mode, err = parseMode(mode); err != nil {
		return options, instance, dir, err
	}
	options.VerifyValues = verify.value == "values"
	options.IgnoreQuery, options.IgnoreBody = m.IgnoreQuery, m.IgnoreBody
	options.Redact, options.RedactEmail = m.Redact, m.RedactEmail
	return options, instance, dir, nil
}

// parseMode reads an option that says what is done with fixtures.
func parseMode(o option) (fixture.Mode, error) {
	mode, err := fixture.ParseMode(o.value)
	if err == nil {
		return mode, nil
	}
	names := make([]string, len(fixture.Modes()))
	for i, known := range fixture.Modes() {
		names[i] = string(known)
	}
	return "", o.errorf("want one of %s, got %s", strings.Join(names, ", "), quoted(o.text))
}

// Cleanup waits until all is written, and gives back what was taken: Caddy also cleans up what failed to provision.
func (m *Fixtures) Cleanup() error {
	if m.fixtures != nil {
		m.fixtures.Close()
	}
	if m.shelf == nil {
		return nil
	}
	return m.shelf.release()
}

// ServeHTTP answers by a fixture, or asks next.
func (m *Fixtures) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	defer tellSource(w, r)()
	return m.fixtures.Serve(w, r, next.ServeHTTP)
}

var (
	_ caddy.Provisioner           = (*Fixtures)(nil)
	_ caddy.CleanerUpper          = (*Fixtures)(nil)
	_ caddyhttp.MiddlewareHandler = (*Fixtures)(nil)
)
