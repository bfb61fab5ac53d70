package emulator

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/origin"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
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
	Key *oauth.SigningKey
	// CurrentKey returns the key that signs from now on, for one that changes while the emulator serves: the one before is
	// then among Keys. It may wait a moment to find out. Default: Key, always.
	CurrentKey func() *oauth.SigningKey
	// Keys are those whose tokens are good, beside the one that signs: for introspection, and in the JWKS. Share them between
	// the emulators of an instance. Default: some of the emulator's own.
	Keys *oauth.Keys
	// Replays tells whether there are fixtures, whose tokens are signed by SignReplayed of the key: then the JWKS has their
	// kid too. Default: there are none.
	Replays func() bool

	// PublicURL is where callers reach the emulator: an origin and, behind a proxy that takes a prefix off, a path. See
	// [origin.ParsePublicURL]. Default: what BaseURL says.
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

	// ListTimeout is how long a list of a local organization or user waits for the upstream's part of it: then it is answered with
	// the local items alone. Default: DefaultListTimeout.
	ListTimeout time.Duration

	// Emulate names the groups of endpoints to answer. Default: all of [Groups].
	Emulate []string
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
	// Documents keeps what the upstream's JWKS and discovery endpoints answered last. Default: one of the emulator's own.
	Documents *upstream.Documents
	// Upstream tells apart what is next, for Documents that emulators with different ones share: the origins of the
	// upstreams, for example. Emulators with the same one take each other's documents for their own. Default: empty.
	Upstream string
	// UpstreamByHost says that what is next depends on the Host of a request as well. Then documents are kept for each Host,
	// as those are whose paths callers choose.
	UpstreamByHost bool
	// Prepare makes a request of the emulator's own fit for the next handler, which may look for values in its context. It
	// is made on behalf of the original one, and may outlive that. What it makes of a request for which source.IsShared is true
	// must not depend on who sent the original one, or how: the answer is for all callers. Default: it is left as it is.
	Prepare func(w http.ResponseWriter, own, original *http.Request) *http.Request
	// Random is where ids and secrets come from. Default: crypto/rand.
	Random io.Reader
	// Observer is told what becomes of requests. Default: none.
	Observer Observer
}

// check returns an error that names the option at fault.
func (o *Options) check() error {
	switch {
	case o.Store == nil:
		return errors.New("Store is required")
	case o.Secrets == nil:
		return errors.New("Secrets is required")
	case o.Key == nil:
		return errors.New("Key is required")
	case o.Issuer != "" && origin.CheckIssuer(o.Issuer) != nil:
		return fmt.Errorf("Issuer: %w", origin.CheckIssuer(o.Issuer))
	case o.TestAPI && o.Reset == nil:
		return errors.New("TestAPI requires Reset")
	case o.TokenTTL != 0 && o.TokenTTL < time.Second:
		return fmt.Errorf("TokenTTL must be at least a second, got %s", o.TokenTTL)
	case o.ListTimeout < 0:
		return fmt.Errorf("ListTimeout must be positive, got %s", o.ListTimeout)
	}
	for _, name := range o.Emulate {
		if err := CheckGroup(name); err != nil {
			return err
		}
	}
	if o.PublicURL == "" {
		return nil
	}
	var err error
	if o.PublicURL, err = origin.ParsePublicURL(o.PublicURL); err != nil {
		return fmt.Errorf("PublicURL: %w", err)
	}
	return nil
}

// complete fills in the defaults.
func (o *Options) complete() {
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
	if o.Documents == nil {
		o.Documents = &upstream.Documents{}
	}
	if o.Replays == nil {
		o.Replays = func() bool { return false }
	}
	if o.Keys == nil {
		o.Keys = &oauth.Keys{}
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
