package emulatortest

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/fixture/redact"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
	"github.com/caddy-workos/caddy-workos/emulator/scan"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// openFixtures puts fixtures between the emulator and the upstream, whose tokens are signed by the server's key, at the
// time of its clock. The test fails by what cannot be written or read and, in mode verify, by each difference.
func (s *Server) openFixtures(c *configuration) (*fixture.Fixtures, error) {
	o := *c.fixtures
	var secrets []scan.Secret
	for _, key := range append([]string{c.realKey}, c.emulator.AcceptKeys...) {
		if realkey.LooksLikeOne(key) {
			secrets = append(secrets, scan.Of(key)...)
		}
	}
	known := []redact.Known{{Kind: "the real key", Set: scan.NewSet(secrets, false)}}
	if o.Mode == fixture.Replay {
		known = nil // it may have anything for a key
	}
	o.Secrets = func() []redact.Known {
		return slices.Concat(known, []redact.Known{{Kind: "a secret of the emulator", Set: c.emulator.Secrets.Set()}})
	}
	o.Sign, o.Now = c.emulator.Key.SignReplayed, s.clock.read
	o.Verify = oauth.VerifyUpstreamToken
	o.IsReplayed = func(token string) bool { return c.emulator.Key.Replayed().Verify(token, &struct{}{}) == nil }
	o.Observe, o.Logger, o.Missed = nil, s.fixtureLogger(o.Mode), missed
	opened, err := fixture.New(o)
	if err != nil {
		return nil, fmt.Errorf("Fixtures: %w", err)
	}
	return opened, nil
}

func (s *Server) fixtureLogger(mode fixture.Mode) *zap.Logger {
	switch mode {
	case fixture.Verify:
		return s.test.logger(zap.WarnLevel)
	case fixture.Replay: // warns of misses, which the test is told anyhow
		return s.test.logger(zap.ErrorLevel).WithOptions(zap.IncreaseLevel(zap.ErrorLevel))
	}
	return s.test.logger(zap.ErrorLevel)
}

// misses are why there were no fixtures for what one request led to. One goroutine at a time uses them.
type misses struct{ messages []string }

type missesKey struct{}

// withMisses returns the request with a place for its misses.
func withMisses(r *http.Request) (*http.Request, *misses) {
	m := &misses{}
	return r.WithContext(context.WithValue(r.Context(), missesKey{}, m)), m
}

// missed keeps a miss with the request that led to it.
func missed(r *http.Request, message string) {
	if m, ok := r.Context().Value(missesKey{}).(*misses); ok {
		m.messages = append(m.messages, message)
	}
}

// tell fails the test by the misses of a request whose caller is answered by one, and else mentions them: then the
// emulator asked for its own sake, such as for the upstream's part of a list, and could do without.
func (m *misses) tell(t *test, status int, by string) {
	for _, message := range m.messages {
		if status == http.StatusNotImplemented && by == source.Fixture {
			t.failOnce(message)
		} else {
			t.logf("%s", message)
		}
	}
	m.messages = nil
}
