package emulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A route is one endpoint that the emulator may answer.
type route struct {
	method  string
	pattern string // as WorkOS documents it: {name} stands for one path segment
	group   Group
	rule    rule
	// local tells whether what the request is about lives in the store. Needed by the rules that ask for it. An error
	// means that the request cannot be read.
	local func(*call) (bool, error)
	serve func(*call) (answer, error)
	// creates tells that an Idempotency-Key makes the route's answer be given again.
	creates bool
	// unanswered is what WorkOS says where the subject is not local and nobody else answered.
	unanswered func(*call) (answer, error)

	segments []string
	enabled  bool
	name     string // for String
}

// String is the route as it may be logged: it holds nothing of the request.
func (r *route) String() string {
	if r == nil {
		return "none"
	}
	return r.name
}

// match returns the values of the pattern's {names} in order, as long as the path fits it.
func (r *route) match(segments []string) ([]string, bool) {
	if len(segments) != len(r.segments) {
		return nil, false
	}
	var values []string
	for i, want := range r.segments {
		if !strings.HasPrefix(want, "{") {
			if segments[i] != want {
				return nil, false
			}
			continue
		}
		value, err := url.PathUnescape(segments[i])
		if err != nil || value == "" {
			return nil, false
		}
		values = append(values, value)
	}
	return values, true
}

// router finds the route of a request.
type router struct {
	byFirst map[string][]*route // by first path segment
}

func newRouter(emulate []Group) (*router, error) {
	found := &router{byFirst: map[string][]*route{}}
	for _, group := range emulate {
		if _, err := ParseGroup(string(group)); err != nil {
			return nil, err
		}
	}
	for _, r := range table() {
		r.segments = split(r.pattern)
		r.name = r.method + " " + r.pattern
		r.enabled = slices.Contains(emulate, r.group)
		found.byFirst[r.segments[0]] = append(found.byFirst[r.segments[0]], &r)
	}
	return found, nil
}

// find returns nil where no route matches. A HEAD request is a GET without its body (RFC 9110 §9.3.2).
func (f *router) find(r *http.Request) (*route, []string) {
	method := methodOf(r)
	segments := split(r.URL.EscapedPath())
	for _, candidate := range f.byFirst[segments[0]] {
		if candidate.method != method {
			continue
		}
		if values, ok := candidate.match(segments); ok {
			return candidate, values
		}
	}
	return nil, nil
}

// methods returns the methods by which a path is emulated, as RFC 9110 §10.2.1 lists them.
func (f *router) methods(path string) []string {
	var methods []string
	segments := split(path)
	for _, candidate := range f.byFirst[segments[0]] {
		if _, ok := candidate.match(segments); !ok || !candidate.enabled || slices.Contains(methods, candidate.method) {
			continue
		}
		methods = append(methods, candidate.method)
		if candidate.method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
	}
	return methods
}

// knows tells whether WorkOS has an endpoint that is not emulated although its path is.
func (f *router) knows(method, path string) bool {
	return slices.ContainsFunc(othersOfWorkOS(), func(r route) bool {
		r.segments = split(r.pattern)
		_, ok := r.match(split(path))
		return ok && r.method == method
	})
}

// split returns the segments of a path. Slashes that follow one another are one; one at the end leaves an empty segment.
func split(path string) []string {
	return strings.Split(strings.TrimPrefix(mergeSlashes(path), "/"), "/")
}

// mergeSlashes makes one slash of those that follow one another.
func mergeSlashes(path string) string {
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return path
}
