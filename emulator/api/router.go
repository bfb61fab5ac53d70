package api

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/urlpath"
)

// Router finds the route of a request. It is immutable. Use [NewRouter].
type Router struct {
	byFirst     map[string][]*Route // by first path segment
	notEmulated []*Route
}

// NewRouter returns a router for the routes of groups. enabled says which groups are emulated.
func NewRouter(groups []Group, enabled func(group string) bool) *Router {
	router := &Router{byFirst: map[string][]*Route{}}
	for _, group := range groups {
		for _, route := range group.Routes {
			added := route.compiled()
			added.group, added.enabled = group.Name, enabled(group.Name)
			router.byFirst[added.segments[0]] = append(router.byFirst[added.segments[0]], added)
		}
		for _, route := range group.NotEmulated {
			router.notEmulated = append(router.notEmulated, route.compiled())
		}
	}
	for _, routes := range router.byFirst {
		slices.SortStableFunc(routes, (*Route).compare)
	}
	return router
}

func (r Route) compiled() *Route {
	r.segments = urlpath.Split(r.Pattern)
	r.name = r.Method + " " + r.Pattern
	return &r
}

// compare sorts the more specific route first: where two differ, a literal segment comes before a {name}.
func (r *Route) compare(other *Route) int {
	for i := range min(len(r.segments), len(other.segments)) {
		if order := cmp.Compare(rank(r.segments[i]), rank(other.segments[i])); order != 0 {
			return order
		}
	}
	return 0
}

func rank(segment string) int {
	if isParameter(segment) {
		return 1
	}
	return 0
}

func isParameter(segment string) bool { return strings.HasPrefix(segment, "{") }

// Find returns the route of a request and the values of its {names}, and nil where no route matches. A HEAD request is a GET
// without its body (RFC 9110 §9.3.2).
func (t *Router) Find(r *http.Request) (*Route, []string) {
	method := MethodOf(r)
	segments := urlpath.Split(r.URL.EscapedPath())
	for _, candidate := range t.byFirst[segments[0]] {
		if candidate.Method != method {
			continue
		}
		if values, ok := match(candidate.segments, segments); ok {
			return candidate, values
		}
	}
	return nil, nil
}

// match returns the values of a pattern's {names} in order, if the path fits it.
func match(pattern, path []string) ([]string, bool) {
	if len(path) != len(pattern) {
		return nil, false
	}
	var values []string
	for i, want := range pattern {
		if !isParameter(want) {
			if path[i] != want {
				return nil, false
			}
			continue
		}
		value, err := url.PathUnescape(path[i])
		if err != nil || value == "" {
			return nil, false
		}
		values = append(values, value)
	}
	return values, true
}

// methods returns the methods with which a path is emulated, for an Allow header (RFC 9110 §10.2.1).
func (t *Router) methods(path string) []string {
	var methods []string
	segments := urlpath.Split(path)
	for _, candidate := range t.byFirst[segments[0]] {
		if _, ok := match(candidate.segments, segments); !ok || !candidate.enabled || slices.Contains(methods, candidate.Method) {
			continue
		}
		methods = append(methods, candidate.Method)
		if candidate.Method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
	}
	return methods
}

// isKnown reports whether WorkOS has an endpoint that is not emulated although its path is.
func (t *Router) isKnown(method, path string) bool {
	return slices.ContainsFunc(t.notEmulated, func(r *Route) bool {
		_, ok := match(r.segments, urlpath.Split(path))
		return ok && r.Method == method
	})
}

// Unanswered returns the error for a request that is not emulated and that the next handler has not answered. It is a 501
// `not_emulated`, a 405 for a method that WorkOS lacks too, or a 404 for a well-known document.
func (t *Router) Unanswered(r *http.Request) error {
	path := urlpath.MergeSlashes(r.URL.EscapedPath())
	if methods := t.methods(path); methods != nil && !t.isKnown(r.Method, path) {
		return MethodNotAllowed(r.Method, r.URL.Path, methods)
	}
	hint := ""
	if shorter, ok := strings.CutSuffix(path, "/"); ok && t.methods(shorter) != nil {
		hint = " Did you mean " + shown(strings.TrimSuffix(r.URL.Path, "/")) + ", without the slash at the end?"
	}
	if slices.Contains(urlpath.Split(path), ".well-known") {
		return NotEmulatedDocument(r.Method, r.URL.Path, hint)
	}
	return NotEmulated(r.Method, r.URL.Path, hint)
}

// MethodOf returns a request's method, and GET for HEAD: a HEAD request is a GET without the body of the answer (RFC 9110 §9.3.2).
func MethodOf(r *http.Request) string {
	if r.Method == http.MethodHead {
		return http.MethodGet
	}
	return r.Method
}
