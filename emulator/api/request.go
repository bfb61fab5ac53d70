package api

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/requestbody"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
	"github.com/caddy-workos/caddy-workos/emulator/urlpath"
	"github.com/caddy-workos/caddy-workos/store"
)

// Request is a request to the emulated API.
type Request struct {
	// Route is the endpoint of the request. It is nil for one that no group has.
	Route *Route
	// Params are the values of the {names} in the route's pattern, in order.
	Params []string
	// Now is the time at which the request came.
	Now time.Time
	// View is the store as it was when the request came.
	View *store.Txn
	// Body is the body of the request. It is read on the first call of its Content.
	Body requestbody.Body
	// Upstream sends requests to the next handler on behalf of this one.
	Upstream *upstream.Client
	// Addresses returns the URLs of the emulator as the caller sees them.
	Addresses Addresses

	// ClientID is that of the local application, or of the configured client, which a request for a token names, for observers.
	ClientID string

	// Continues is set for an authorization request that a person has sent on to the real WorkOS.
	Continues bool

	// Parsed is what Route.Local has parsed, for Route.Serve to use.
	Parsed any

	http *http.Request
}

// Addresses returns the URLs of the emulator, which may depend on the request: BaseURL is what is put before a path, and Issuer the
// `iss` of tokens.
type Addresses interface {
	BaseURL(*http.Request) string
	Issuer(*http.Request) string
}

// MakeRequest returns a Request. The caller sets Addresses and Upstream, where the handler needs them.
func MakeRequest(r *http.Request, route *Route, params []string, view *store.Txn, now time.Time) Request {
	return Request{Route: route, Params: params, Now: now, View: view, Body: requestbody.Of(r), http: r}
}

// Param returns the value of the first {name} in the route's pattern.
func (r *Request) Param() string { return r.Params[0] }

// BaseURL returns the URL at which the caller has reached the emulator, to be put before a path.
func (r *Request) BaseURL() string { return r.Addresses.BaseURL(r.http) }

// Issuer returns the `iss` of tokens.
func (r *Request) Issuer() string { return r.Addresses.Issuer(r.http) }

// Host returns the Host that the request was sent to.
func (r *Request) Host() string { return r.http.Host }

// RemoteAddr returns the address that the request came from, as in http.Request.
func (r *Request) RemoteAddr() string { return r.http.RemoteAddr }

// Cookie returns the value of a cookie, or nothing.
func (r *Request) Cookie(name string) string {
	cookie, err := r.http.Cookie(name)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// Header returns the request's header. It must not be changed.
func (r *Request) Header() http.Header { return r.http.Header }

// Path returns the request's path, decoded.
func (r *Request) Path() string { return r.http.URL.Path }

// EscapedPath returns the request's path as it came, with each run of slashes replaced by one.
func (r *Request) EscapedPath() string { return urlpath.MergeSlashes(r.http.URL.EscapedPath()) }

// RawQuery returns the request's query as it came.
func (r *Request) RawQuery() string { return r.http.URL.RawQuery }

// Query parses the query of the request. A query that cannot be parsed is an error of the field `query`.
func (r *Request) Query() *Query {
	values, err := url.ParseQuery(r.http.URL.RawQuery)
	q := &Query{Values: values}
	if err != nil {
		q.Fail("query", "malformed", "the query string is not properly encoded")
	}
	return q
}

// IsOAuth reports whether the errors of this endpoint have RFC 6749's shape, and not WorkOS's: its path is below /oauth2/.
func (r *Request) IsOAuth() bool { return isOAuth(r.http) }

func isOAuth(r *http.Request) bool {
	return strings.HasPrefix(urlpath.MergeSlashes(r.URL.Path), "/oauth2/")
}
