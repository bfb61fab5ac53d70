package caddymodule

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

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
	// The folder of the fixtures. It must be there to replay from it; to be recorded into, it is made.
	Dir string `json:"dir"`

	// What to do with a request: `replay` (the fixture, and the network is never touched), `record` (the next handler,
	// recorded anew), `once` (the fixture, or else the next handler, recorded), `fallback` (the next handler, or the
	// fixture where that fails), `verify` (the next handler, and what differs from the fixture is reported) or `live` (the
	// next handler). There is no default.
	Mode string `json:"mode"`

	// Headers of requests that take part in matching, such as `Accept` and `Accept-Language`. Default: none.
	MatchHeader []string `json:"match_header,omitempty"`

	// Query parameters whose values do not take part in matching.
	IgnoreQuery []string `json:"ignore_query,omitempty"`

	// JSON members and form fields of bodies whose values do not take part in matching, nor in what mode `verify` compares: by
	// their names, or by JSON pointers in which `*` stands for any one segment (`/items/*/created_at`).
	IgnoreBody []string `json:"ignore_body,omitempty"`

	// JSON pointers to arrays of requests whose order does not matter (`/scopes`, `/items/*/roles`).
	Unordered []string `json:"unordered,omitempty"`

	// Members of bodies and queries whose values are secret, beside those that always are.
	Redact []string `json:"redact,omitempty"`

	// Members whose values are not secret, whatever says that they are, by their names or by JSON pointers. The configured keys
	// stay secret.
	Keep []string `json:"keep,omitempty"`

	// Headers of answers that are recorded, beside those that a client acts on. Default: none.
	KeepHeader []string `json:"keep_header,omitempty"`

	// Whether to record what is a fault of the moment too: 408, 425, 429, 5xx, and the 401 to a request with the real key.
	// Default: false.
	RecordErrors bool `json:"record_errors,omitempty"`

	// Which `iss` the tokens of replayed answers have: `recorded`, or `here` for the issuer of the instance's
	// `workos_emulator`. Default: `recorded`.
	Iss string `json:"iss,omitempty"`

	// What becomes of times that lay ahead when they were recorded: `living` ones lie as far ahead when they are replayed, and
	// `recorded` ones stay as they are. Default: `living`.
	Times string `json:"times,omitempty"`

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
	issHere       bool
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
	options.Verify, options.Prepare = oauth.VerifyUpstreamToken, prepare
	options.IsLocal, options.IsReplayed = m.folder.isLocal, m.folder.isReplayed
	if m.issHere {
		options.Issuer = m.folder.issuer
	}
	options.StartLater = true
	options.Observe = m.observer.FixtureUsed
	if m.fixtures, err = fixture.New(options); err != nil {
		return fmt.Errorf("fixtures: %w", err)
	}
	return onStart(ctx, m.fixtures.Start, m.folder.applySeed)
}

// resolve replaces the placeholders and checks the values.
func (m *Fixtures) resolve() (options fixture.Options, instance, dir option, err error) {
	var mode, verify, iss, times option
	for _, o := range []struct {
		name, text string
		into       *option
	}{
		{"dir", m.Dir, &dir}, {"mode", m.Mode, &mode}, {"verify", m.Verify, &verify}, {"instance", m.Instance, &instance},
		{"iss", m.Iss, &iss}, {"times", m.Times, &times},
	} {
		if *o.into, err = resolve(o.name, o.text); err != nil {
			return options, instance, dir, err
		}
	}
	instance, verify = instance.or(defaultInstance), verify.or("shape")
	if dir.value == "" {
		return options, instance, dir, dir.errorf("name the folder of the fixtures")
	}
	iss, times = iss.or("recorded"), times.or("living")
	for _, choice := range []struct {
		option
		between [2]string
	}{{verify, verifyChoices}, {iss, issChoices}, {times, timesChoices}} {
		if err := choice.oneOf(choice.between); err != nil {
			return options, instance, dir, err
		}
	}
	if options.Mode, err = parseMode(mode); err != nil {
		return options, instance, dir, err
	}
	options.VerifyValues = verify.value == "values"
	options.RedactEmail, options.RecordErrors = m.RedactEmail, m.RecordErrors
	options.RecordedTimes, m.issHere = times.value == "recorded", iss.value == "here"
	for _, o := range []struct {
		name  string
		texts []string
		into  *[]string
	}{
		{"ignore_query", m.IgnoreQuery, &options.IgnoreQuery}, {"ignore_body", m.IgnoreBody, &options.IgnoreBody},
		{"redact", m.Redact, &options.Redact}, {"keep", m.Keep, &options.Keep}, {"unordered", m.Unordered, &options.Unordered},
		{"match_header", m.MatchHeader, &options.MatchHeader}, {"keep_header", m.KeepHeader, &options.KeepHeader},
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

// What options may be that are one of two.
var (
	verifyChoices = [2]string{"shape", "values"}
	issChoices    = [2]string{"recorded", "here"}
	timesChoices  = [2]string{"living", "recorded"}
)

// oneOf wants the value of an option to be one of two.
func (o option) oneOf(between [2]string) error {
	if !slices.Contains(between[:], o.value) {
		return o.errorf("want %s or %s, got %s%s", between[0], between[1], quoted(o.text), didYouMean(o.text, between[:]))
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
