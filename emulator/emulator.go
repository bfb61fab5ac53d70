// Package emulator answers WorkOS's machine-to-machine and API-key endpoints from a [store.Store], and asks the next
// handler for everything that is not its own.
//
// It is plain net/http: [Emulator.Handler] is a middleware for any server, [Emulator.Serve] the same for chains whose
// handlers return errors, such as Caddy's. What each answer holds is described in WORKOS.md; who answers, in decide.go.
package emulator

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/store"
)

// DefaultTokenTTL is the lifetime of an access token where nothing else is configured: what production uses.
const DefaultTokenTTL = time.Hour

// DefaultListTimeout lets the lists of local organizations and users be answered within two seconds.
const DefaultListTimeout = 1800 * time.Millisecond

// Options configures an Emulator. Store, Secrets and Key are required.
type Options struct {
	// Store holds the emulated resources. Several emulators may share one.
	Store *store.Store
	// Secrets are those that must not leave: what the seed of the Store pins, by Secrets of the package seed. Several emulators may
	// share them.
	Secrets *guard.Secrets
	// Key signs access tokens, and its public part is what the JWKS endpoints serve.
	Key *SigningKey
	// CurrentKey returns the key that signs from now on, for one that changes while the emulator serves: the one before is
	// then among Keys. It may wait a moment to find out. Default: Key, always.
	CurrentKey func() *SigningKey
	// Keys are those whose tokens are good, beside the one that signs: for introspection, and in the JWKS. Share them between
	// the emulators of an instance. Default: some of the emulator's own.
	Keys *Keys
	// Replays tells whether there are fixtures, whose tokens are signed by SignReplayed of the key: then the JWKS has their
	// kid too. Default: there are none.
	Replays func() bool

	// PublicURL is where callers reach the emulator: an origin and, behind a proxy that takes a prefix off, a path. See
	// ParsePublicURL. Default: what BaseURL says.
	PublicURL string
	// BaseURL returns where the caller of a request has reached the emulator, in the form of PublicURL. Default: the scheme
	// and the Host of the request.
	BaseURL func(*http.Request) string
	// Issuer is the `iss` of access tokens, an origin without a path or a slash at the end. Default: PublicURL or BaseURL
	// with their path, as that is what clients compare it with that ask for discovery there.
	Issuer string
	// Audience is the `aud` of access tokens of applications that have none of their own; set it to the client ID of
	// the WorkOS environment. Default: the application's client_id.
	Audience string
	// TokenTTL is the lifetime of access tokens of applications that have none of their own. At least a second. Default:
	// DefaultTokenTTL.
	TokenTTL time.Duration
	// ProductionClaims leaves out the `scp` claim, which production tokens do not have.
	ProductionClaims bool

	// ListTimeout is how long a list of a local organization or user waits for next's part of it: then it is answered with
	// the local items alone. Default: DefaultListTimeout.
	ListTimeout time.Duration

	// Emulate names the groups of endpoints to answer. Default: all of Groups.
	Emulate []Group
	// AcceptKeys are API keys, beside those in the store, whose holders may use the emulated endpoints and
	// be passed on; [credential.BuiltInKey] is not passed on.
	AcceptKeys []string

	// Faults are the hooks that make requests fail. Share them between the emulators of an instance. Default: none of the
	// emulator's own, until the test API adds some.
	Faults *fault.Hooks
	// TestAPI makes the emulator answer /_emulate/*, by which anybody may change Faults and call Reset.
	TestAPI bool
	// Reset restores what the Store was seeded with, for POST /_emulate/reset. Required by TestAPI.
	Reset func() error

	// Logger receives one debug entry a request and warnings. It is never given a secret. Default: none.
	Logger *zap.Logger
	// Now is the clock. Default: time.Now.
	Now func() time.Time
	// Remote keeps what next's JWKS and discovery endpoints said last. Default: one of the emulator's own.
	Remote *Remote
	// Upstream tells apart what is next, for a Remote that emulators with different ones share: the origins of the
	// upstreams, for example. Emulators with the same one take each other's documents for their own. Default: empty.
	Upstream string
	// UpstreamByHost says that what is next depends on the Host of a request as well. Then documents are kept for each Host,
	// as those are whose paths callers choose.
	UpstreamByHost bool
	// Prepare makes a request of the emulator's own fit for next, whose handlers may look for values in its context. It
	// is made on behalf of the original one, and may outlive that. What it makes of a request for which source.IsShared is true
	// must not depend on who sent the original one, or how: the answer is for all callers. Default: it is left as it is.
	Prepare func(w http.ResponseWriter, own, original *http.Request) *http.Request
	// Random is where ids and secrets come from. Default: crypto/rand.
	Random io.Reader
	// Observer is told what becomes of requests. Default: nobody is.
	Observer Observer
}

// Emulator answers requests as WorkOS would. It is safe for concurrent use.
type Emulator struct {
	Options
	routes  *router
	accept  map[store.Digest]standing
	repeats keyedMutex   // held while a request with an Idempotency-Key is answered
	kept    atomic.Int64 // how many answers were kept for their Idempotency-Key

	background *background
	signing    signing
	closing    sync.Once
}

// Next is whoever comes after the emulator. It writes nothing where it does not answer, and returns an error where it
// failed to.
//
// It must send nothing for a request whose context has ended, as http.Transport and Caddy's proxy do: the emulator asks with
// such a request how far another one would get, and gives one that must not leave to those who may answer it here.
type Next func(http.ResponseWriter, *http.Request) error

// New returns an Emulator, or an error that names the option at fault.
func New(o Options) (*Emulator, error) {
	switch {
	case o.Store == nil:
		return nil, errors.New("emulator: Store is required")
	case o.Secrets == nil:
		return nil, errors.New("emulator: Secrets is required")
	case o.Key == nil:
		return nil, errors.New("emulator: Key is required")
	case o.Issuer != "" && CheckIssuer(o.Issuer) != nil:
		return nil, fmt.Errorf("emulator: Issuer: %w", CheckIssuer(o.Issuer))
	case o.TestAPI && o.Reset == nil:
		return nil, errors.New("emulator: TestAPI requires Reset")
	case o.TokenTTL != 0 && o.TokenTTL < time.Second:
		return nil, fmt.Errorf("emulator: TokenTTL must be at least a second, got %s", o.TokenTTL)
	case o.ListTimeout < 0:
		return nil, fmt.Errorf("emulator: ListTimeout must be positive, got %s", o.ListTimeout)
	}
	if o.PublicURL != "" {
		var err error
		if o.PublicURL, err = ParsePublicURL(o.PublicURL); err != nil {
			return nil, fmt.Errorf("emulator: PublicURL: %w", err)
		}
	}
	if o.TokenTTL == 0 {
		o.TokenTTL = DefaultTokenTTL
	}
	if o.ListTimeout == 0 {
		o.ListTimeout = DefaultListTimeout
	}
	if len(o.Emulate) == 0 {
		o.Emulate = Groups()
	}
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Remote == nil {
		o.Remote = &Remote{}
	}
	if o.Replays == nil {
		o.Replays = func() bool { return false }
	}
	if o.Keys == nil {
		o.Keys = &Keys{}
	}
	if o.Faults == nil {
		o.Faults = &fault.Hooks{}
	}
	if o.Random == nil {
		o.Random = rand.Reader
	} else {
		o.Random = &lockedReader{reader: o.Random}
	}
	if o.Observer == nil {
		o.Observer = unobserved{}
	}
	routes, err := newRouter(o.Emulate)
	if err != nil {
		return nil, err
	}
	accept := make(map[store.Digest]standing, len(o.AcceptKeys))
	for _, key := range o.AcceptKeys {
		if key == "" {
			return nil, errors.New("emulator: AcceptKeys holds an empty key")
		}
		accept[store.DigestOf(key)] = trusted
		if key == credential.BuiltInKey {
			accept[store.DigestOf(key)] = customer
		}
	}
	o.AcceptKeys = nil // the digests suffice
	o.Keys.begin(o.Key)
	o.Remote.join(o.Upstream)
	return &Emulator{Options: o, routes: routes, accept: accept, background: newBackground(), signing: signing{key: o.Key}}, nil
}

// Close ends what the emulator still has under way after its last request, and its part in what it shares with others.
func (e *Emulator) Close() {
	e.closing.Do(func() {
		e.background.close()
		e.Remote.leave(e)
		e.release()
	})
}

// Handler returns a middleware: it answers, or asks next. A nil next answers nothing.
func (e *Emulator) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = e.Serve(w, r, func(w http.ResponseWriter, r *http.Request) error {
			if next != nil {
				next.ServeHTTP(w, r)
			}
			return nil
		})
	})
}

// Serve answers one request, asking next where it is not the emulator's to answer. The only error it returns is next's.
func (e *Emulator) Serve(w http.ResponseWriter, r *http.Request, next Next) (err error) {
	if e.itself(w, r) || e.fault(w, r) {
		return nil
	}
	c := e.newCall(w, r, next)
	defer func() { c.observed(err) }() // the last to run, after a panic too
	defer func() {
		if failure := recover(); failure != nil {
			err = c.recovered(failure)
		}
	}()
	return c.serve()
}

// recovered answers 500 where a handler panicked. The value of the panic may hold anything, so it is not logged.
func (c *call) recovered(failure any) error {
	if failure == http.ErrAbortHandler {
		panic(failure) // net/http's way to drop a connection
	}
	c.emulator.Logger.Error("a handler panicked",
		zap.String("route", c.route.String()),
		zap.String("type", fmt.Sprintf("%T", failure)),
		zap.ByteString("stack", debug.Stack()))
	if c.writer.answered {
		panic(http.ErrAbortHandler) // too late for a status: do not let half an answer look whole
	}
	c.write(c.problemOf(errors.New("panic")))
	return nil
}

// lockedReader lets goroutines share a source of randomness that is not made for it.
type lockedReader struct {
	mu     sync.Mutex
	reader io.Reader
}

func (r *lockedReader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reader.Read(p)
}
