package emulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
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
		place := route{segments: split(operation.Path)}
		values, ok := place.match(split(path))
		if !ok {
			continue
		}
		if operation.Method != methodOf(r) {
			allowed = append(allowed, operation.Method)
			continue
		}
		for _, segment := range place.segments {
			if strings.HasPrefix(segment, "{") {
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

// WriteJSON answers an operation with a value.
func WriteJSON(w http.ResponseWriter, status int, value any) {
	respond(w, answer{status: status, body: value})
}

// WriteProblem refuses an operation, in the shape of WorkOS's REST API.
func WriteProblem(w http.ResponseWriter, status int, code, message string) {
	respond(w, answer{status: status, body: &problem{Message: message, Code: code}})
}

// respond writes the answer of an operation, which may have failed.
func respond(w http.ResponseWriter, a answer) {
	body, err := a.encode()
	if err != nil {
		panic(err) // a wire type that JSON cannot hold
	}
	if body != nil {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(body) // the caller is gone: nobody is left to tell
}

// methodOf is the request's method, where a HEAD request is a GET without its body (RFC 9110 §9.3.2).
func methodOf(r *http.Request) string {
	if r.Method == http.MethodHead {
		return http.MethodGet
	}
	return r.Method
}
