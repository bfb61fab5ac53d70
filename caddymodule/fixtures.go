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

	fixtures      *fixture.Fixtures
	folder        *folderUse     // nil until it is taken
	configuration *configuration // nil until it is joined
	observer      *observer
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
	options, instance, dir, err := m.resolve()
	if err != nil {
		return err
	}
	if err := metrics.register(ctx.GetMetricsRegistry()); err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	m.configuration = joinConfiguration(ctx)
	if m.folder, err = useFolder(ctx, instance, dir, ctx.Logger()); err != nil {
		return err
	}
	m.observer = metrics.of(instance.String())
	options.Library, options.Sign = m.folder.library, m.folder.sign
	options.Secrets, options.Logger = m.folder.secrets(options.Mode), ctx.Logger()
	options.StartLater = true
	options.Observe = m.observer.FixtureUsed
	if m.fixtures, err = fixture.New(options); err != nil {
		return fmt.Errorf("fixtures: %w", err)
	}
	start := func() error {
		m.fixtures.Start()
		return nil
	}
	return onStart(ctx, start, m.folder.applySeed)
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
	if dir.value == "" {
		return options, instance, dir, dir.errorf("name the folder of the fixtures")
	}
	if err := checkVerify(verify); err != nil {
		return options, instance, dir, err
	}
	if options.Mode, err = parseMode(mode); err != nil {
		return options, instance, dir, err
	}
	options.VerifyValues = verify.value == "values"
	options.RedactEmail = m.RedactEmail
	for _, o := range []struct {
		name  string
		texts []string
		into  *[]string
	}{
		{"ignore_query", m.IgnoreQuery, &options.IgnoreQuery}, {"ignore_body", m.IgnoreBody, &options.IgnoreBody},
		{"redact", m.Redact, &options.Redact},
	} {
		for _, text := range o.texts {
			name, err := resolve(o.name, text)
			if err != nil {
				return options, instance, dir, err
			}
			*o.into = append(*o.into, name.value)
		}
	}
	return options, instance, dir, nil
}

// checkVerify wants the value of verify to be one of two.
func checkVerify(o option) error {
	if o.value != "shape" && o.value != "values" {
		return o.errorf("want shape or values, got %s", quoted(o.text))
	}
	return nil
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
	return "", o.errorf("want one of %s, got %s%s", strings.Join(names, ", "), quoted(o.text), didYouMean(o.text, names))
}

// Cleanup waits until all is written, and gives back what was taken: Caddy also cleans up what failed to provision.
// Requests that are under way go on recording.
func (m *Fixtures) Cleanup() error {
	if m.fixtures != nil {
		m.fixtures.Close()
	}
	if m.configuration != nil {
		m.configuration.leave(m.close)
	}
	if m.folder == nil {
		return nil
	}
	return m.folder.releaseInstance()
}

// close ends what goes on after the last request.
func (m *Fixtures) close() {
	if m.folder != nil {
		_ = m.folder.releaseFolder() // a library's Destruct does not fail
	}
	if m.observer != nil {
		m.observer.close()
	}
}

// ServeHTTP answers by a fixture, or asks next.
func (m *Fixtures) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	defer m.configuration.begin()()
	m.fixtures.Start()
	m.folder.applySeed() // its secrets are to be redacted
	w, tell := tellSource(w, r)
	defer tell()
	return m.fixtures.Serve(w, r, next.ServeHTTP)
}

var (
	_ caddy.Provisioner           = (*Fixtures)(nil)
	_ caddy.CleanerUpper          = (*Fixtures)(nil)
	_ caddyhttp.MiddlewareHandler = (*Fixtures)(nil)
)
