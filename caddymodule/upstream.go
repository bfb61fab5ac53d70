package caddymodule

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/fileserver"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"
)

func init() { caddy.RegisterModule(new(Upstream)) }

// Upstream is where the directive `workos` has its fixtures and proxies: behind its emulator, in the subroute that the
// directive stands for. Caddy orders directives, and not parts of them; so that the directive stands right after `encode`, and
// nevertheless proxies where a `reverse_proxy` of the same site would, this handler asks the routes first that a
// `reverse_proxy` would come after: those of `handle`, `respond` and others, and those of a `reverse_proxy` with a narrower
// matcher. A `file_server` comes after it.
//
// In a `route`, whose directives are not ordered, the directive does without it.
type Upstream struct {
	// The routes that answer what is not emulated: fixtures and proxies.
	Routes caddyhttp.RouteList `json:"routes,omitempty"`

	// ancestors are the lists of routes that the handler stands in, the innermost last.
	ancestors []*caddyhttp.RouteList
	subroute  *caddyhttp.Subroute // that the directive stands for; nil where there is none
	first     func() []caddyhttp.Middleware
}

// CaddyModule returns the Caddy module information.
func (*Upstream) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.handlers.workos_upstream", New: func() caddy.Module { return new(Upstream) }}
}

// Provision sets up the routes.
func (u *Upstream) Provision(ctx caddy.Context) error {
	if server := serverOf(ctx); server != nil {
		u.ancestors = append(u.ancestors, &server.Routes)
	}
	for _, module := range ctx.Modules() {
		if subroute, ok := module.(*caddyhttp.Subroute); ok {
			u.ancestors = append(u.ancestors, &subroute.Routes)
			u.subroute = subroute
		}
	}
	u.first = sync.OnceValue(u.findFirst) // when all routes have been provisioned
	return u.Routes.Provision(ctx)
}

// ServeHTTP asks the routes that come first, and then its own.
func (u *Upstream) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	var chain caddyhttp.Handler = caddyhttp.HandlerFunc(func(w http.ResponseWriter, r *http.Request) error {
		return u.Routes.Compile(next).ServeHTTP(w, r)
	})
	for _, first := range slices.Backward(u.first()) {
		chain = first(chain)
	}
	return chain.ServeHTTP(w, r)
}

// findFirst returns what stands after the directive and comes before a `reverse_proxy` in its place.
func (u *Upstream) findFirst() []caddyhttp.Middleware {
	if u.subroute == nil {
		return nil
	}
	isOwn := func(handler caddyhttp.MiddlewareHandler) bool { return handler == u.subroute }
	for _, list := range slices.Backward(u.ancestors) {
		for i, route := range *list {
			if place := slices.IndexFunc(route.Handlers, isOwn); place >= 0 {
				return comesFirst(route, place, (*list)[i+1:])
			}
		}
	}
	return nil
}

// comesFirst returns what comes before a proxy with the matcher of the directive's route: of the handlers after the directive,
// with which Caddy has joined it, and of the routes after it.
func comesFirst(own caddyhttp.Route, place int, after caddyhttp.RouteList) (first []caddyhttp.Middleware) {
	rest, ended := beforeProxy(own.Handlers[place+1:], false)
	if first = append(first, inOrder(rest)); ended {
		return first
	}
	for _, route := range after {
		rest, ended := beforeProxy(route.Handlers, narrower(route, own))
		switch {
		case len(rest) == len(route.Handlers):
			first = append(first, route.Compile)
		case len(rest) > 0:
			first = append(first, matching(route.MatcherSets, rest))
		}
		if ended {
			return first
		}
	}
	return first
}

// beforeProxy returns the handlers that come first, and whether there is one that does not, a proxy or a file server. Another
// `workos` has proxies of its own.
func beforeProxy(handlers []caddyhttp.MiddlewareHandler, isNarrower bool) (first []caddyhttp.MiddlewareHandler, ended bool) {
	for _, handler := range handlers {
		switch {
		case isDirective(handler):
		case isProxy(handler) && !isNarrower, isFileServer(handler):
			return first, true
		default:
			first = append(first, handler)
		}
	}
	return first, false
}

// inOrder asks handlers one after the other.
func inOrder(handlers []caddyhttp.MiddlewareHandler) caddyhttp.Middleware {
	return func(next caddyhttp.Handler) caddyhttp.Handler {
		for _, handler := range slices.Backward(handlers) {
			after := next
			next = caddyhttp.HandlerFunc(func(w http.ResponseWriter, r *http.Request) error { return handler.ServeHTTP(w, r, after) })
		}
		return next
	}
}

// matching asks handlers for the requests that match, if there is anything to match.
func matching(matchers caddyhttp.MatcherSets, handlers []caddyhttp.MiddlewareHandler) caddyhttp.Middleware {
	return func(next caddyhttp.Handler) caddyhttp.Handler {
		chain := inOrder(handlers)(next)
		return caddyhttp.HandlerFunc(func(w http.ResponseWriter, r *http.Request) error {
			matches, err := matchers.AnyMatchWithError(r)
			switch {
			case err != nil:
				return err
			case matches:
				return chain.ServeHTTP(w, r)
			}
			return next.ServeHTTP(w, r)
		})
	}
}

func isProxy(handler caddyhttp.MiddlewareHandler) bool {
	_, ok := handler.(*reverseproxy.Handler)
	return ok
}

func isFileServer(handler caddyhttp.MiddlewareHandler) bool {
	_, ok := handler.(*fileserver.FileServer)
	return ok
}

// isDirective tells whether a handler is what the directive `workos` stands for.
func isDirective(handler caddyhttp.MiddlewareHandler) bool {
	subroute, ok := handler.(*caddyhttp.Subroute)
	if !ok || len(subroute.Routes) != 1 || len(subroute.Routes[0].Handlers) == 0 {
		return false
	}
	_, ok = subroute.Routes[0].Handlers[0].(*Emulator)
	return ok
}

// narrower tells whether Caddy orders a route before another one of the same directive: by the length of the path that each
// matches, or because it alone has a matcher.
func narrower(route, than caddyhttp.Route) bool {
	switch path, other := pathOf(route), pathOf(than); {
	case len(route.MatcherSets) == 0:
		return false
	case path != "" && other != "":
		return len(path) > len(other)
	}
	return len(than.MatcherSets) == 0
}

// pathOf is the path that a route matches, if it is just one.
func pathOf(route caddyhttp.Route) string {
	if len(route.MatcherSets) != 1 {
		return ""
	}
	for _, matcher := range route.MatcherSets[0] {
		if path, ok := matcher.(*caddyhttp.MatchPath); ok && len(*path) == 1 {
			return strings.TrimSuffix((*path)[0], "*")
		}
	}
	return ""
}

var (
	_ caddy.Provisioner           = (*Upstream)(nil)
	_ caddyhttp.MiddlewareHandler = (*Upstream)(nil)
)
