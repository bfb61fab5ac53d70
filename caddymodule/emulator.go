package caddymodule

import (
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/instance"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/metrics"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/signingkey"
	"github.com/caddy-workos/caddy-workos/emulator"
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

	// Who signs in at `/user_management/authorize` and `/sso/authorize`, where `login_hint` names no user of the seed: `first` is the
	// first user of the seed, without a page; `page` shows a page on which one chooses an account; `password` shows it with the steps
	// of a real login: password, emailed code, second factor. See docs/configuration.md#logins. Default: `page` with an upstream,
	// `first` without.
	Login string `json:"login,omitempty"`

	// Where `POST /organizations` and `POST /user_management/users` create what they create: `upstream`, at the real WorkOS where
	// there is one, or `local`, always here. Default: `upstream`.
	Create string `json:"create,omitempty"`

	// The client IDs of your WorkOS environment that a login may name, beside those of the seed's `connectApplications`. Default:
	// `audience`, and any where that is not given either.
	ClientID []string `json:"client_id,omitempty"`

	// Where a login may send the browser: redirect URIs, beside those of the seed, with the wildcards of production, as in
	// `https://*.example.com/callback` and `http://localhost:*/callback`. Default: any URI of this machine, where the seed has none
	// either.
	RedirectURI []string `json:"redirect_uri,omitempty"`

	// Where a logout may send the browser by `return_to`, in the form of `redirect_uri`. The first one without a wildcard is where it
	// is sent when it names nothing. Default: any URI of this machine, and a small page when it names nothing.
	SignOutRedirect []string `json:"sign_out_redirect,omitempty"`

	// The origins whose pages may call `POST /user_management/authenticate` by script, as authkit-js does, beside those of the seed.
	// Default: those of this machine, on any port, where the seed has none either.
	CORSOrigin []string `json:"cors_origin,omitempty"`

	// How long access tokens of users live, in whole seconds. Default: `5m`.
	UserTokenTTL caddy.Duration `json:"user_token_ttl,omitempty"`

	// The `aud` claim of users' access tokens: `client_id`, or `none` as in production, whose tokens most code is written for. Default:
	// `none`.
	UserTokenAudience string `json:"user_token_audience,omitempty"`

	// How long a session lasts at most, in whole seconds. Default: `8760h`, a year.
	SessionTTL caddy.Duration `json:"session_ttl,omitempty"`

	// The groups of endpoints to answer: see docs/configuration.md#groups. Requests for the others go to the next handler.
	// Default: all.
	Emulate []string `json:"emulate,omitempty"`

	// The name of the state. Handlers of one name share one store, and a reload keeps it. Default: `default`.
	Instance string `json:"instance,omitempty"`

	// API keys, beside those of the seed, whose holders may use the emulated endpoints and go on with the real key: your real one,
	// so that backends which hold it need not change. Default: none.
	AcceptKey []string `json:"accept_key,omitempty"`

	// Whether to answer `/_emulate/*`, by which anyone who reaches the site may list, add and remove the hooks that make requests
	// fail, read the e-mails that would have been sent, and restore the seed; for test environments. Where it is off, such a request is
	// a 404 `test_api_off`, and is not passed on. The same operations are always there under `/workos/{instance}/` of Caddy's admin endpoint. Default: `off`.
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

var (
	_ caddy.Provisioner           = (*Emulator)(nil)
	_ caddy.CleanerUpper          = (*Emulator)(nil)
	_ caddyhttp.MiddlewareHandler = (*Emulator)(nil)
)
