package caddymodule

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/instance"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/metrics"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/publicurl"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/signingkey"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/underway"
	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

func init() { caddy.RegisterModule(Emulator{}) }

// Emulator is a middleware that answers as WorkOS would, from what its seed file says and its API has created since. It
// asks the next handler for everything else, and what that one does not answer either gets WorkOS's own words: 404 for
// an unknown id, 501 `not_emulated` for an endpoint that is not emulated.
//
// All values take placeholders such as `{env.NAME}` and `{file./path}`, which are resolved when the configuration is
// loaded; one that resolves to nothing is an error. Do not write a secret as `{$NAME}`: Caddy puts its value into the
// configuration, where the admin endpoint shows it.
//
// Every answer has the header `X-Workos-Source` (`emulator`, `upstream`, `merged`, `fixture` or `fault`), which is also
// the access-log field `workos_source` and the placeholder `{http.workos.source}`.
type Emulator struct {
	// The seed file, YAML or JSON, that says what there is at the start: see docs/seed.md. After an edit, a reload applies what
	// has changed in it. Default: none, which leaves nothing but the environment key `sk_test_default`.
	Seed string `json:"seed,omitempty"`

	// When the seed file was last modified, as the Caddyfile adapter has found it. It has no effect of its own, but makes `caddy
	// reload` see that an edited seed is a change. With a JSON configuration of your own, reload with `--force` instead. Default:
	// none.
	SeedModified time.Time `json:"seed_modified,omitzero"`

	// When the file of the signing key was last modified, as `seed_modified` is for the seed. Default: none.
	SigningKeyModified time.Time `json:"signing_key_modified,omitzero"`

	// Where callers reach the site: an `http` or `https` origin and, behind a proxy that takes a prefix off the path, a path. The
	// endpoints in discovery documents and the default issuer begin with it. See docs/configuration.md#public-url. Default: what a
	// request says of itself, and what the proxies before it say in `X-Forwarded-*`, if they are among the server's
	// `trusted_proxies`.
	PublicURL string `json:"public_url,omitempty"`

	// The `iss` claim of access tokens: an `http` or `https` origin, without a path or a slash at the end. Default: `public_url`,
	// or where the token request was sent, with the path if there is one.
	Issuer string `json:"issuer,omitempty"`

	// The `aud` claim of the access tokens of applications that have none in the seed. **Set it to the client ID of your WorkOS
	// environment**: that is what production puts there, and what WorkOS's SDKs check. Default: the application's client_id.
	Audience string `json:"audience,omitempty"`

	// The RSA key, of at least 2048 bits, that signs tokens: the path of a PEM file (PKCS#8 or PKCS#1, not encrypted), or its
	// content by `{file.…}` or `{env.…}`, which may be in base64 (standard or URL alphabet, with or without padding and line
	// breaks), as a variable of one line needs it. Or `storage`: one key for all that share Caddy's storage, which the first of
	// them makes (a file of that name is `./storage`). Another key takes effect with a reload: see
	// docs/configuration.md#another-signing-key. Default: a key that is made at the start and kept over reloads.
	SigningKey string `json:"signing_key,omitempty"`

	// How long access tokens live, in whole seconds, where the application has no `token_ttl` in the seed. Default: `1h`.
	TokenTTL caddy.Duration `json:"token_ttl,omitempty"`

	// Which claims access tokens have: `default`, or `production`, which leaves out the `scp` array that production tokens do not
	// have beside the `scope` string. Default: `default`.
	Claims string `json:"claims,omitempty"`

	// The groups of endpoints to answer: see docs/configuration.md#groups. Requests for the others go to the next handler.
	// Default: all.
	Emulate []string `json:"emulate,omitempty"`

	// The name of the state. Handlers of one name share one store, and a reload keeps it. Default: `default`.
	Instance string `json:"instance,omitempty"`

	// API keys, beside those of the seed, whose holders may use the emulated endpoints and go on with the real key: your real one,
	// so that backends which hold it need not change. Default: none.
	AcceptKey []string `json:"accept_key,omitempty"`

	// Whether to answer `/_emulate/*`, by which anyone who reaches the site may list, add and remove the hooks that make requests
	// fail, and restore the seed; for test environments. Where it is off, such a request is a 404 `test_api_off`, and is not passed on.
	// The same operations are always there under `/workos/{instance}/` of Caddy's admin endpoint. Default: `off`.
	TestAPI bool `json:"test_api,omitempty"`

	// Whether to answer in WorkOS's shape where the next handler fails with 502, 503 or 504, as a proxy does whose upstream cannot
	// be reached: with that status and the code `upstream_unreachable`. Otherwise the site's `handle_errors` answers. Default:
	// `off`; on in the short form with an upstream.
	AnswerUnreachable bool `json:"answer_unreachable,omitempty"`

	// What tells the next handlers apart from those of the instance's other sites, as the short form in a `route` writes it, whose
	// proxies come right after it. Sites of one instance and one upstream share what they know of the upstream's JWKS and
	// discovery documents: see docs/configuration.md#jwks-and-discovery. Default: what the server's configuration has behind the
	// emulator, and the place of the emulator in it.
	Upstream string `json:"upstream,omitempty"`

	emulator *emulator.Emulator
	signedBy *oauth.SigningKey // the first key of emulator
	options  resolved
	accepted []string // real keys
	key      *signingkey.Followed
	server   *caddyhttp.Server // that it is provisioned for; nil for none
	next     behind
	state    *instance.Use // nil until it is taken
	app      *app          // nil until it is joined
	observer *metrics.Observer
	start    func() error // what remains to be done before the first request, once
	logger   *zap.Logger
}

// CaddyModule returns the Caddy module information.
func (Emulator) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.workos_emulator",
		New: func() caddy.Module { return new(Emulator) },
	}
}

// Provision reads the seed and the key, and takes hold of the instance's state. It changes nothing: it is called for
// `caddy validate` too.
func (m *Emulator) Provision(ctx caddy.Context) error {
	m.logger = ctx.Logger()
	var err error
	if m.options, err = m.resolve(); err != nil {
		return err
	}
	if err := metrics.Register(ctx.GetMetricsRegistry()); err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	if m.app, err = joinApp(ctx); err != nil {
		return err
	}
	if m.state, err = instance.Acquire(m.app, m.options.instance, m.logger); err != nil {
		return err
	}
	if err := m.state.SeedBy(m.options.seed); err != nil {
		return err
	}
	m.accepted = m.options.acceptKeys
	m.app.addKeys(m.accepted...)
	m.observer = metrics.Observe(m.options.instance.String())
	if m.key, err = m.state.Keys.Open(ctx, m.options.signingKey, time.Duration(m.TokenTTL), m.logger); err != nil {
		return fmt.Errorf("signing_key: %w", err)
	}
	m.server = serverOf(ctx)
	m.next = behind{id: m.Upstream}
	if m.Upstream == "" {
		m.next = behindOf(m.server)
	}
	if m.emulator, err = m.newEmulator(); err != nil {
		return err
	}
	if m.server != nil {
		provisioned.add(m.server, m)
	}
	if m.server != nil && underway.Watched() {
		m.server.RegisterConnState(underway.Connection)
	}
	m.state.IssueBy(m.options.issuer.Value, m.options.publicURL.Value)
	m.start = sync.OnceValue(func() error { return m.startKey(ctx) })
	m.state.SignBy(func() (*oauth.SigningKey, error) {
		if err := m.start(); err != nil {
			return nil, err
		}
		m.key.Follow()
		return m.key.Current(), nil
	})
	m.app.onStart(m.start, m.started)
	return nil
}

// started does what is to be done when nothing keeps the configuration from being loaded any more, or a request has come.
func (m *Emulator) started() {
	m.key.Follow()
	m.state.ApplySeed()
}

// startKey makes the key that is to be in Caddy's storage, where there is none yet. Until then the emulator has one that has
// signed nothing: if another process has stored its own meanwhile, it must not be listed among the keys that were replaced.
func (m *Emulator) startKey(ctx caddy.Context) error {
	if err := m.key.Start(ctx); err != nil {
		return fmt.Errorf("signing_key: %w", err)
	}
	if m.key.Current() == m.signedBy {
		return nil
	}
	signing, err := m.newEmulator()
	if err != nil {
		return err
	}
	m.emulator.Close()
	m.emulator = signing
	return nil
}

// newEmulator returns an emulator that signs with the key as it is now, and follows it.
func (m *Emulator) newEmulator() (*emulator.Emulator, error) {
	m.signedBy = m.key.Current()
	return emulator.New(emulator.Options{
		Store:            m.state.Store,
		Secrets:          &m.state.Secrets,
		Key:              m.signedBy,
		CurrentKey:       m.key.Current,
		Keys:             &m.state.Keys.Replaced,
		Replays:          m.state.Replays,
		PublicURL:        m.options.publicURL.Value,
		BaseURL:          publicurl.Of,
		Issuer:           m.options.issuer.Value,
		Audience:         m.options.audience.Value,
		TokenTTL:         time.Duration(m.TokenTTL),
		ProductionClaims: m.options.productionClaims,
		Emulate:          m.options.emulate,
		AcceptKeys:       m.options.acceptKeys,
		Documents:        &m.state.Documents,
		Upstream:         m.next.id,
		UpstreamByHost:   m.next.byHost,
		Faults:           &m.state.Faults,
		TestAPI:          m.TestAPI,
		Reset:            func() error { return m.state.Reset(m.logger) },
		Prepare:          prepare,
		Logger:           m.logger,
		Observer:         observer{m.observer},
	})
}

// mayPassKeysOn tells whether any key stands for the real one.
func (m *Emulator) mayPassKeysOn() bool {
	isPrivate := func(key string) bool { return key != credential.BuiltInKey }
	return slices.ContainsFunc(m.accepted, isPrivate) || m.state.PassesKeysOn()
}

// Cleanup gives the instance's state back, if it was taken: Caddy also cleans up what failed to provision. Requests that
// are under way keep what they began with.
func (m *Emulator) Cleanup() error {
	if m.server != nil {
		provisioned.remove(m.server, m)
	}
	if m.app != nil {
		m.app.leave(m.close)
	}
	if m.state == nil {
		return nil
	}
	return m.state.Release()
}

// close ends what goes on after the last request.
func (m *Emulator) close() {
	if m.emulator != nil {
		m.emulator.Close()
	}
	m.observer.Close()
}

var (
	_ caddy.Provisioner           = (*Emulator)(nil)
	_ caddy.CleanerUpper          = (*Emulator)(nil)
	_ caddyhttp.MiddlewareHandler = (*Emulator)(nil)
)
