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
	Path string
	// Serve writes the answer, or returns an error that [AnswerTo] knows and writes nothing.
	Serve func(http.ResponseWriter, *http.Request) error
}

// NoOperation is the beginning of the message of the 404 for a path that is not an operation.
const NoOperation = "There is no such operation."

// ServeOperation serves the operation with the request's method and an escaped path. Where there is none, it returns a 404, or a 405
// where the path has other methods. Both errors list what there is.
func ServeOperation(w http.ResponseWriter, r *http.Request, path string, operations []Operation) error {
	var allowed, known []string
	for _, operation := range operations {
		known = append(known, operation.Method+" "+operation.Path)
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
		return operation.Serve(w, r)
	}
	if allowed != nil {
		methods := strings.Join(allowed, ", ")
		return &Problem{
			Status: http.StatusMethodNotAllowed, Code: "method_not_allowed", Allow: methods,
			Message: fmt.Sprintf("%s is not among %s.", r.Method, methods),
		}
	}
	slices.Sort(known)
	return &Problem{
		Status: http.StatusNotFound, Code: "not_found",
		Message: NoOperation + " There are: " + strings.Join(known, ", ") + ".",
	}
}
