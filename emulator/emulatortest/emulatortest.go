// Package emulatortest serves an emulated WorkOS to the tests of other programs, as net/http/httptest serves handlers. A
// [Server] has its own state, clock and port: tests need not know of each other, and run in parallel.
//
//	func TestOnlyFreshTokensAreAccepted(t *testing.T) {
//		t.Parallel()
//		srv := emulatortest.New(t, emulatortest.Audience("client_environment"), emulatortest.Seed(`
//	organizations:
//	  - {name: Acme}
//	connectApplications:
//	  - {name: Backend, organization: Acme, client_id: client_backend, client_secret: s3cret, scopes: ["posts:read"]}
//	`))
//
//		// The client under test: it need not know that this is not WorkOS.
//		config := clientcredentials.Config{
//			ClientID: "client_backend", ClientSecret: "s3cret", TokenURL: srv.URL + "/oauth2/token",
//		}
//		token, err := config.Token(t.Context())
//		if err != nil {
//			t.Fatal(err)
//		}
//
//		// The service under test: nor need that, but for the clock.
//		keys := oidc.NewRemoteKeySet(t.Context(), srv.URL+"/oauth2/jwks")
//		verifier := oidc.NewVerifier(srv.URL, keys, &oidc.Config{ClientID: "client_environment", Now: srv.Now})
//		if _, err := verifier.Verify(t.Context(), token.AccessToken); err != nil {
//			t.Error(err)
//		}
//		srv.Advance(time.Hour) // without sleeping
//		if _, err := verifier.Verify(t.Context(), token.AccessToken); err == nil {
//			t.Error("a token is accepted that is over")
//		}
//	}
//
// Signing keys take long to make, so that all servers of a process share one, unless [Key] gives them another.
//
// A server keeps the last [DefaultKeptRequests] requests, and what was created; nothing else grows with the requests that it is
// asked, so that a long test may share one.
//
// What the emulator does not answer is answered by fixtures, where [Fixtures] is given, and by the real WorkOS, where
// [Upstream] is. A test fails, with the reason, when it asks for what was not recorded.
package emulatortest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// TB is what a Server needs of a test. A [testing.TB] has it, and so have the like of other test frameworks.
type TB interface {
	Helper()
	Cleanup(func())
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Server is an emulated WorkOS that listens on a port of the loopback interface. It is safe for concurrent use.
type Server struct {
	// URL is the server's origin, such as http://127.0.0.1:41003, without a trailing slash: the base URL for SDKs.
	URL string

	test     *test
	clock    *clock
	requests requests
	emulator *emulator.Emulator
	options  emulator.Options // of the emulator
	seed     *seed.Seed

	fixtures          *fixture.Fixtures // may be nil
	upstream, authkit *proxy            // may be nil

	listener *httptest.Server
	cancel   context.CancelFunc // ends the requests under way
	closing  sync.Once
}

// New starts a server, which is closed when the test and its subtests have ended. What is wrong with an option fails the
// test at once, and names the option.
func New(t TB, options ...Option) *Server {
	t.Helper()
	s, err := start(t, options)
	if err != nil {
		t.Fatalf("emulatortest: %v", err)
		return nil
	}
	t.Cleanup(s.Close)
	return s
}

func start(t TB, options []Option) (*Server, error) {
	c, err := configure(options)
	if err != nil {
		return nil, err
	}
	s := &Server{test: &test{t: t}, clock: &clock{now: c.start}, seed: c.seed, requests: requests{keep: c.keepRequests}}
	s.listener = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.URL = "http://" + s.listener.Listener.Addr().String()
	if err := s.assemble(c); err != nil {
		_ = s.listener.Listener.Close()
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.listener.Config.BaseContext = contextOf(ctx)
	s.listener.Start()
	return s, nil
}

// assemble puts the chain together: emulator, fixtures, upstream.
func (s *Server) assemble(c *configuration) error {
	for _, warning := range c.seed.Warnings() {
		s.test.logf("%s: %s", c.seededBy, warning)
	}
	if c.emulator.Issuer == "" && c.emulator.PublicURL == "" {
		c.emulator.Issuer = s.URL
	}
	c.emulator.Replays = func() bool { return c.fixtures != nil }
	c.emulator.Now, c.emulator.Logger = s.clock.read, s.test.logger(neverFails)
	var err error
	if s.emulator, err = emulator.New(c.emulator); err != nil {
		return err
	}
	s.options = c.emulator
	if err := s.applySeed(); err != nil {
		return err
	}
	s.upstream, s.authkit = newProxy(c.upstream, c.realKey), newProxy(c.authkit, "")
	if c.fixtures == nil {
		return nil
	}
	s.fixtures, err = s.openFixtures(c)
	return err
}

// Client returns a client for the server. Its connections end with the server.
func (s *Server) Client() *http.Client { return s.listener.Client() }

// Close ends the server, and the requests that are under way. A test need not call it: its end does.
func (s *Server) Close() {
	s.closing.Do(func() {
		s.cancel()
		s.listener.CloseClientConnections()
		s.listener.Close()
		s.emulator.Close()
		if s.fixtures != nil {
			s.fixtures.Close()
		}
		s.upstream.close()
		s.authkit.close()
		s.test.end()
	})
}
