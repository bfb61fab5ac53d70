// Package emulator answers WorkOS's machine-to-machine and API-key endpoints from a [store.Store]. It passes all other requests on to
// the next handler.
//
// It is plain net/http: [Emulator.Handler] is a middleware for any server. [Emulator.Serve] is the same for chains whose handlers
// return errors, such as Caddy's. The endpoints are in the packages oauth, resource and testapi. Who answers a request is decided
// in decide.go.
package emulator

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/authenticate"
	"github.com/caddy-workos/caddy-workos/emulator/authorize"
	"github.com/caddy-workos/caddy-workos/emulator/cors"
	"github.com/caddy-workos/caddy-workos/emulator/email"
	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/idempotency"
	"github.com/caddy-workos/caddy-workos/emulator/merge"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/redirecturi"
	"github.com/caddy-workos/caddy-workos/emulator/resource"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/sso"
	"github.com/caddy-workos/caddy-workos/emulator/testapi"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
	"github.com/caddy-workos/caddy-workos/store"
)

// Emulator answers requests as WorkOS would. It is safe for concurrent use.
type Emulator struct {
	store    *store.Store
	keys     *guard.Keys
	router   *api.Router
	oauth    *oauth.Handler
	sessions *session.Sessions
	answers  *idempotency.Answers
	upstream *upstream.Upstream
	testAPI  testapi.Handler
	faults   *fault.Hooks
	pages    cors.Origins // whose pages may call by script

	addresses addresses

	now      func() time.Time
	random   io.Reader
	logger   *zap.Logger
	observer Observer
	closing  sync.Once
}

// Next is the handler that comes after the emulator. See [upstream.Next] for what it must do.
type Next = upstream.Next

// New returns an Emulator, which must be closed. The error names the option that is wrong.
func New(o Options) (*Emulator, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("emulator: %w", err)
	}
	keys, err := guard.NewKeys(o.Secrets, o.AcceptKeys)
	if err != nil {
		return nil, fmt.Errorf("emulator: AcceptKeys %w", err)
	}
	pages, err := cors.New(o.CORSOrigins)
	if err != nil {
		return nil, fmt.Errorf("emulator: CORSOrigins: %w", err)
	}
	redirects, err := redirecturi.ParseList(o.RedirectURIs)
	if err != nil {
		return nil, fmt.Errorf("emulator: RedirectURIs: %w", err)
	}
	signOuts, err := redirecturi.ParseList(o.SignOutRedirects)
	if err != nil {
		return nil, fmt.Errorf("emulator: SignOutRedirects: %w", err)
	}
	o.complete()
	e := &Emulator{
		store: o.Store, keys: keys, faults: o.Faults, pages: pages,
		addresses: addresses{publicURL: o.PublicURL, issuer: o.Issuer, baseURL: o.BaseURL},
		now:       o.Now, random: o.Random, logger: o.Logger, observer: o.Observer,
		answers: idempotency.New(o.Store, o.Random, o.Logger),
		testAPI: testapi.Handler{Enabled: o.TestAPI, Hooks: o.Faults, Store: o.Store, Reset: o.Reset},
	}
	e.upstream = upstream.New(upstream.Options{
		Keys: keys, Documents: o.Documents, Name: o.Upstream, ByHost: o.UpstreamByHost, Cookie: authorize.CookieName, Prepare: o.Prepare,
		Observe: o.Observer.UpstreamAnswered, Logger: o.Logger,
	})
	e.oauth = &oauth.Handler{
		Signer: oauth.NewSigner(oauth.SignerOptions{
			Key: o.Key, CurrentKey: o.CurrentKey, Keys: o.Keys, Replays: o.Replays, Store: o.Store, TokenTTL: o.TokenTTL,
			UserTokenTTL: o.UserTokenTTL, Now: o.Now,
		}),
		Keys: keys, TokenTTL: o.TokenTTL, Audience: o.Audience, ProductionClaims: o.ProductionClaims,
		VaryByForwarded: o.PublicURL == "", KnownClient: o.clients().Known, Random: o.Random,
	}
	e.sessions = &session.Sessions{
		Store: o.Store, Signer: e.oauth.Signer, TTL: o.SessionTTL, TokenTTL: o.UserTokenTTL, TokenAudience: o.UserTokenAudience,
		Clients: o.clients(), Random: o.Random,
	}
	signIn := &signin.Service{Random: o.Random}
	resources := &resource.Service{
		Store: o.Store, Keys: keys, Random: o.Random, Logger: o.Logger, CreateLocal: o.CreateLocal,
		Lists: merge.Lists{Store: o.Store, Timeout: o.ListTimeout},
	}
	e.router = newRouter(handlers{
		oauth: e.oauth, resources: resources,
		authenticate: &authenticate.Handler{
			Store: o.Store, Keys: keys, Sessions: e.sessions, SignIn: signIn, Random: o.Random, Logger: o.Logger,
			DevicesHere: o.Login != LoginAuto, FirstUser: o.Login == LoginAuto || o.Login == LoginFirst,
			OrganizationNames: resources.OrganizationNames,
		},
		authorize: &authorize.Handler{
			Store: o.Store, Signin: signIn, Clients: o.clients(), Login: o.Login, Redirects: redirects, SignOuts: signOuts,
			EmailSent: func(kind, userID string) { email.Log(o.Logger, kind, userID) }, Random: o.Random,
		},
		sso: &sso.Handler{Store: o.Store, Keys: keys, Clients: o.clients(), Random: o.Random},
	}, o.Emulate)
	return e, nil
}

// Close cancels the work that is still under way after the last request, and releases Options.Documents and Options.Keys.
func (e *Emulator) Close() {
	e.closing.Do(func() {
		e.upstream.Close()
		e.oauth.Signer.Close()
	})
}

// Mint returns the access token that the token endpoint would issue to an application now. It needs no client secret. scope is the
// `scope` of the request; empty asks for all scopes of the application. Options.Issuer or Options.PublicURL is required.
func (e *Emulator) Mint(app store.Application, scope string) (string, error) {
	issuer := cmp.Or(e.addresses.issuer, e.addresses.publicURL)
	if issuer == "" {
		return "", errors.New("emulator: Mint requires Issuer or PublicURL")
	}
	return e.oauth.Mint(app, scope, issuer, e.now())
}

// Handler returns the emulator as a middleware before next, which may be nil.
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

// Serve answers one request, or passes it on to next. The error is that of next.
func (e *Emulator) Serve(w http.ResponseWriter, r *http.Request, next Next) (err error) {
	if answered, off := e.testAPI.Serve(w, r); answered {
		if off != nil {
			e.observer.Answered(r, Outcome{Route: OtherRoute, Source: source.Emulator, Status: off.Status, Code: off.Code})
		}
		return nil
	}
	page, isAllowed := e.pageOf(r)
	if isAllowed {
		w = page.Writer(w)
		defer func() {
			if err != nil {
				page.Add(w.Header()) // another handler answers
			}
		}()
	}
	if e.fail(w, r) {
		return nil
	}
	if isAllowed && e.preflight(w, r, page) {
		return nil
	}
	c := e.newCall(w, r, next)
	defer func() { c.observed(err) }() // runs last, after a panic too
	defer func() {
		if failure := recover(); failure != nil {
			err = c.recovered(failure)
		}
	}()
	return c.serve()
}
