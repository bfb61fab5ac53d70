package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/urlpath"
)

// Operation is something that can be asked of the emulator itself, beside what WorkOS's API has. The test API and Caddy's
// admin endpoint serve the same ones.
type Operation struct {
	Method string
	// Path stands below the place where the operations are, as in "hooks/{id}": {name} is one path segment, which Serve
	// finds by [http.Request.PathValue].
	Path  string
	Serve http.HandlerFunc
}

// ServeOperation serves the operation of the request's method and of a path, which is as escaped as in a URL. Where there
// is none, the answer names those that there are.
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
