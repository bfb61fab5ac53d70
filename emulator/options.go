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

	"github.com/caddy-workos/caddy-workos/emulator/authorize"
	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/origin"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
	"github.com/caddy-workos/caddy-workos/store"
)

// DefaultTokenTTL is the default lifetime of an access token, as in production (WORKOS.md, "M2M access token").
const DefaultTokenTTL = time.Hour

// DefaultUserTokenTTL is the default lifetime of a user's access token, as in production (LOGIN.md §3).
const DefaultUserTokenTTL = 5 * time.Minute

// DefaultSessionTTL is the default length of a session (LOGIN.md §2.5).
const DefaultSessionTTL = 365 * 24 * time.Hour

// Login says who signs in at the authorization endpoints: see [authorize.Login].
type Login = authorize.Login

// The values of [Login].
const (
	LoginAuto     = authorize.Auto
	LoginFirst    = authorize.First
	LoginPage     = authorize.Page
	LoginPassword = authorize.Password
)

// DefaultListTimeout is the default of Options.ListTimeout. With it, such lists are answered within two seconds.
const DefaultListTimeout = 1800 * time.Millisecond

// Options configures an Emulator. Store, Secrets and Key are required.
type Options struct {
	// Store has the emulated resources. Several emulators may share one.
	Store *store.Store
	// Secrets are the local secrets, which are never sent to the upstream. Those that the seed pins are added by Secrets of package
	// seed. Several emulators may share them.
	Secrets *guard.Secrets
	// Key signs access tokens. The JWKS endpoints serve its public part.
	Key *oauth.SigningKey
	// CurrentKey returns the key that signs from now on. It is for a key that changes while the emulator serves; the key before it
	// stays among Keys. It may block for a moment. Default: Key, always.
	CurrentKey func() *oauth.SigningKey
	// Keys are the keys whose tokens are valid beside those of the signing key: for introspection, and in the JWKS. Share them
	// between the emulators of an instance. Default: not shared.
	Keys *oauth.Keys
	// Replays reports whether there are fixtures to replay, whose tokens are signed by SignReplayed of the key. Then the JWKS has
	// their kid too. Default: there are none.
	Replays func() bool

	// PublicURL is the URL at which callers reach the emulator: an origin and, behind a proxy that removes a prefix, a path. See
	// [origin.ParsePublicURL]. Default: BaseURL.
	PublicURL string
	// BaseURL returns the URL at which the caller of a request has reached the emulator, in the form of PublicURL. Default: the scheme
	// and the Host of the request.
	BaseURL func(*http.Request) string
	// Issuer is the `iss` of access tokens, an origin without a path or a slash at the end. Default: PublicURL or BaseURL with their
	// path, which clients compare it with after discovery.
	Issuer string
	// Audience is the `aud` of access tokens of applications that have none of their own. Set it to the client ID of the WorkOS
	// environment. Default: the application's client_id.
	Audience string
	// TokenTTL is the lifetime of access tokens of applications that have none of their own. At least a second. Default:
	// DefaultTokenTTL.
	TokenTTL time.Duration
	// ProductionClaims leaves out the `scp` claim, which production tokens do not have.
	ProductionClaims bool

	// Login says who signs in at the authorization endpoints where the request's login_hint names no local user. Default: LoginAuto.
	Login Login
	// CreateLocal makes POST /organizations and POST /user_management/users create local resources where there is an upstream too.
	CreateLocal bool
	// ClientIDs are the client IDs of the environment, for logins. Default: Audience, and where that is empty too, any.
	ClientIDs []string
	// RedirectURIs are the patterns of the redirect URIs that a login may use: see [redirecturi.Parse]. Those of the seed are added.
	// Default: any URI of a loopback host.
	RedirectURIs []string
	// SignOutRedirects are the patterns of the URIs to which a browser may be sent after it has signed out; the first without a
	// wildcard is the default. Default: any URI of a loopback host, and no default.
	SignOutRedirects []string
	// CORSOrigins are the origins whose pages may call the endpoints that browsers call. Default: loopback origins, on any port.
	CORSOrigins []string
	// UserTokenTTL is the lifetime of users' access tokens, at least a second. Default: DefaultUserTokenTTL.
	UserTokenTTL time.Duration
	// UserTokenAudience puts the client ID into users' access tokens as `aud`. Default: they have none, as in production.
	UserTokenAudience bool
	// SessionTTL is how long a session lasts at most. Default: DefaultSessionTTL.
	SessionTTL time.Duration

	// ListTimeout is how long a list of a local organization or user waits for the upstream. After it, the list has the local items
	// only. Default: DefaultListTimeout.
	ListTimeout time.Duration

	// Emulate names the groups of endpoints to answer. Default: all of [Groups].
	Emulate []string
	// AcceptKeys are valid API keys beside those in the store. They have [guard.AccessFull], and [credential.BuiltInKey] has
	// [guard.AccessLocal].
	AcceptKeys []string

	// Faults are the hooks that make requests fail. Share them between the emulators of an instance. Default: no hooks, until the
	// test API adds some.
	Faults *fault.Hooks
	// TestAPI makes the emulator answer /_emulate/*. Every client may then change Faults and call Reset, without a key.
	TestAPI bool
	// Reset restores the seed, for POST /_emulate/reset. Required by TestAPI.
	Reset func() error

	// Logger receives one debug entry for each request, and warnings. No entry contains a secret. Default: no logging.
	Logger *zap.Logger
	// Now is the clock. Default: time.Now.
	Now func() time.Time
	// Documents stores the upstream's JWKS and discovery documents. Share it between the emulators of an instance. Default: not shared.
	Documents *upstream.Documents
	// Upstream identifies the upstream in Documents that several emulators share, for example by its origin. Emulators with the same
	// value use the same documents. Default: empty.
	Upstream string
	// UpstreamByHost is set where the upstream depends on the Host of a request as well. Then documents are stored for each Host, and
	// are bounded as those are whose paths callers choose.
	UpstreamByHost bool
	// Prepare adapts a request of the emulator's own to the next handler, for example by values in its context. The own request is
	// made on behalf of the original one, and may outlive it. Where [source.IsShared] holds, the answer is for all callers, so the
	// result must not depend on the original request. Default: the own request is not changed.
	Prepare func(w http.ResponseWriter, own, original *http.Request) *http.Request
	// Random is the source of ids and secrets. Default: crypto/rand.
	Random io.Reader
	// Observer receives the outcome of each request. Default: none.
	Observer Observer
}

// check returns an error that names the option that is wrong.
func (o *Options) check() error {
	switch {
	case o.Store == nil:
		return errors.New("emulator: Store is required")
	case o.Secrets == nil:
		return errors.New("emulator: Secrets is required")
	case o.Key == nil:
		return errors.New("emulator: Key is required")
	case o.Issuer != "" && origin.CheckIssuer(o.Issuer) != nil:
		return fmt.Errorf("emulator: Issuer: %w", origin.CheckIssuer(o.Issuer))
	case o.TestAPI && o.Reset == nil:
		return errors.New("emulator: TestAPI requires Reset")
	case o.TokenTTL != 0 && o.TokenTTL < time.Second:
		return fmt.Errorf("emulator: TokenTTL must be at least a second, got %s", o.TokenTTL)
	case o.UserTokenTTL != 0 && o.UserTokenTTL < time.Second:
		return fmt.Errorf("emulator: UserTokenTTL must be at least a second, got %s", o.UserTokenTTL)
	case o.SessionTTL < 0:
		return fmt.Errorf("emulator: SessionTTL must be positive, got %s", o.SessionTTL)
	case o.ListTimeout < 0:
		return fmt.Errorf("emulator: ListTimeout must be positive, got %s", o.ListTimeout)
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
		return fmt.Errorf("emulator: PublicURL: %w", err)
	}
	return nil
}

// complete fills in the defaults.
func (o *Options) complete() {
	if o.TokenTTL == 0 {
		o.TokenTTL = DefaultTokenTTL
	}
	if o.UserTokenTTL == 0 {
		o.UserTokenTTL = DefaultUserTokenTTL
	}
	if o.SessionTTL == 0 {
		o.SessionTTL = DefaultSessionTTL
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

// clients returns the client IDs of the environment.
func (o *Options) clients() session.Clients {
	if len(o.ClientIDs) > 0 || o.Audience == "" {
		return session.Clients{IDs: o.ClientIDs}
	}
	return session.Clients{IDs: []string{o.Audience}}
}

// lockedReader makes a source of randomness safe for concurrent use.
type lockedReader struct {
	mu     sync.Mutex
	reader io.Reader
}

func (r *lockedReader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reader.Read(p)
}
