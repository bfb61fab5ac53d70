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
	// Route is the request's endpoint, and nil for one that is not emulated.
	Route *Route
	// Params are the values of the route's {names}, in their order.
	Params []string
	// Now is when the request came.
	Now time.Time
	// View is the store as it was when the request came.
	View *store.Txn
	// Body is the request's body, which is read when a handler needs it.
	Body requestbody.Body
	// Upstream asks the next handler on behalf of the request.
	Upstream *upstream.Client
	// Addresses knows where the caller has reached the emulator.
	Addresses Addresses

	// Parsed is what Route.Local has read of the request, for Route.Serve.
	Parsed any

	http *http.Request
}

// Addresses tells of a request where its caller has reached the emulator, to be put before a path, and the `iss` of tokens.
type Addresses interface {
	BaseURL(*http.Request) string
	Issuer(*http.Request) string
}

// MakeRequest returns a request without what only some handlers need.
func MakeRequest(r *http.Request, route *Route, params []string, view *store.Txn, now time.Time) Request {
	return Request{Route: route, Params: params, Now: now, View: view, Body: requestbody.Of(r), http: r}
}

// Param is the value of the route's first {name}.
func (r *Request) Param() string { return r.Params[0] }

// BaseURL is where the caller has reached the emulator, to be put before a path.
func (r *Request) BaseURL() string { return r.Addresses.BaseURL(r.http) }

// Issuer is the `iss` of tokens.
func (r *Request) Issuer() string { return r.Addresses.Issuer(r.http) }

// Header is the request's header. It must not be changed.
func (r *Request) Header() http.Header { return r.http.Header }

// Path is the request's path, decoded.
func (r *Request) Path() string { return r.http.URL.Path }

// EscapedPath is the request's path as it came, with runs of slashes merged.
func (r *Request) EscapedPath() string { return urlpath.MergeSlashes(r.http.URL.EscapedPath()) }

// RawQuery is the request's query as it came.
func (r *Request) RawQuery() string { return r.http.URL.RawQuery }

// Query reads the parameters of the request's query.
func (r *Request) Query() *Query {
	values, err := url.ParseQuery(r.http.URL.RawQuery)
	q := &Query{Values: values}
	if err != nil {
		q.Fail("query", "malformed", "the query string is not properly encoded")
	}
	return q
}

// IsOAuth tells whether the errors of the request's endpoint have RFC 6749's shape, and not WorkOS's.
func (r *Request) IsOAuth() bool { return isOAuth(r.http) }

func isOAuth(r *http.Request) bool {
	return strings.HasPrefix(urlpath.MergeSlashes(r.URL.Path), "/oauth2/")
}
