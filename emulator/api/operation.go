package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/urlpath"
)

// Operation is an endpoint about the emulator itself, such as one that lists hooks. The test API and Caddy's admin endpoint
// serve the same operations.
type Operation struct {
	Method string
	// Path is relative to where the operations are mounted, as in "hooks/{id}". {name} stands for one path segment, which Serve
	// reads by [http.Request.PathValue].
	Path  string
	Serve http.HandlerFunc
}

// ServeOperation serves the operation with the request's method and an escaped path. Where there is none, it answers 404, or 405
// where the path has other methods. Both answers list what there is.
func ServeOperation(w http.ResponseWriter, r *http.Request, path string, operations []Operation) {
	var allowed []string
	for _, operation := range operations {
		pattern := urlpath.Split(operation.Path)
		values, ok := match(pattern, urlpath.Split(path))
		if !ok {
			continue
		}
		if operation.Method != MethodOf(r) {
			allowed = append(allowed, operation.Method)
			continue
		}
		for _, segment := range pattern {
			if isParameter(segment) {
				r.SetPathValue(strings.Trim(segment, "{}"), values[0])
				values = values[1:]
			}
		}
		operation.Serve(w, r)
		return
	}
	if allowed != nil {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		WriteProblem(w, http.StatusMethodNotAllowed, "method_not_allowed", fmt.Sprintf("%s is not among %s.", r.Method, strings.Join(allowed, ", ")))
		return
	}
	var known []string
	for _, operation := range operations {
		known = append(known, operation.Method+" "+operation.Path)
	}
	slices.Sort(known)
	WriteProblem(w, http.StatusNotFound, "not_found", "There is no such operation. There are: "+strings.Join(known, ", ")+".")
}
