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
	Path string
	// Serve writes the answer, or returns an error that [AnswerTo] knows and writes nothing.
	Serve func(http.ResponseWriter, *http.Request) error
}

// NoOperation begins the message of the 404 for a path that is no operation.
const NoOperation = "There is no such operation."

// ServeOperation serves the operation of the request's method and of a path, which is as escaped as in a URL. Where there
// is none, the error names those that there are.
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
