package caddymodule

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/instance"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/metrics"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/publicurl"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/underway"
	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

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
	if m.key, err = m.state.Keys.Open(ctx, m.options.signingKey, m.longestTTL(), m.logger); err != nil {
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

		Login:             m.options.login,
		CreateLocal:       m.options.createLocal,
		ClientIDs:         m.options.clientIDs,
		RedirectURIs:      m.options.redirectURIs,
		SignOutRedirects:  m.options.signOutRedirects,
		CORSOrigins:       m.options.corsOrigins,
		UserTokenTTL:      time.Duration(m.UserTokenTTL),
		UserTokenAudience: m.options.userTokenAudience,
		SessionTTL:        time.Duration(m.SessionTTL),

		AcceptKeys:     m.options.acceptKeys,
		Documents:      &m.state.Documents,
		Upstream:       m.next.id,
		UpstreamByHost: m.next.byHost,
		Faults:         &m.state.Faults,
		TestAPI:        m.TestAPI,
		Reset:          func() error { return m.state.Reset(m.logger) },
		Prepare:        prepare,
		Logger:         m.logger,
		Observer:       observer{m.observer},
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

// longestTTL returns how long tokens live at most that another process has signed with the same key and this configuration. 0 stands for
// [emulator.DefaultTokenTTL].
func (m *Emulator) longestTTL() time.Duration {
	ofUsers := time.Duration(m.UserTokenTTL)
	if ofUsers > cmp.Or(time.Duration(m.TokenTTL), emulator.DefaultTokenTTL) {
		return ofUsers
	}
	return time.Duration(m.TokenTTL)
}
