// Package testapi answers endpoints that WorkOS does not have: a health check, and the test API under /_emulate/, by which tests change
// the error hooks, read the emails that WorkOS would have sent, and restore the seed.
package testapi

import (
	"net/http"
	"path"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/help"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/urlpath"
	"github.com/caddy-workos/caddy-workos/store"
)

// Operations returns the operations of the test API: those on hooks, the emails, and the reset that restores the seed.
func Operations(hooks *fault.Hooks, state *store.Store, reset func() error) []api.Operation {
	return append(hookOperations(hooks), emailOperation(state), api.Operation{Method: http.MethodPost, Path: "reset", Serve: func(w http.ResponseWriter, _ *http.Request) error {
		if reset() != nil {
			return &api.Problem{
				Status: http.StatusInternalServerError, Code: "internal_server_error", Message: "The seed could not be restored: see the log.",
			}
		}
		return api.WriteEmpty(w, http.StatusNoContent)
	}})
}

// errOff is the answer where the test API is off. Its code is not one of WorkOS's, which has no such paths.
var errOff = &api.Problem{
	Status: http.StatusNotFound, Code: "test_api_off",
	Message: "test_api is off: write `test_api on` into the block of workos or workos_emulator, or give --test-api." + help.TestAPIOff.See(),
}

// Handler answers the health check and the test API. Where that is off, it says so: the real WorkOS has no such paths.
type Handler struct {
	Enabled bool // enables the test API
	Hooks   *fault.Hooks
	Store   *store.Store // has the emails
	Reset   func() error // required where Enabled
}

// Serve answers the request, if it is for one of these endpoints, and reports whether it was, and what it was answered where the test
// API is off. The test API needs no key: every client that reaches the port may use it. Requests from web pages of other sites are
// refused.
func (h Handler) Serve(w http.ResponseWriter, r *http.Request) (answered bool, off *api.Problem) {
	operation, isOperation := operationPath(r)
	health := isHealthCheck(r)
	if !health && !isOperation {
		return false, nil
	}
	w.Header().Set(source.Header, source.Emulator)
	switch {
	case health:
		_ = api.WriteJSON(w, http.StatusOK, healthy{"ok"})
	case !h.Enabled:
		api.WriteError(w, errOff)
		return true, errOff
	case !mayOperate(r):
		api.WriteProblem(w, http.StatusForbidden, "cross_origin", "The request comes from a web page of another site.")
	default:
		if err := api.ServeOperation(w, r, operation, Operations(h.Hooks, h.Store, h.Reset)); err != nil {
			api.WriteError(w, err)
		}
	}
	return true, nil
}

// healthy is the answer to a health check, as in the WorkOS emulator.
type healthy struct {
	Status string `json:"status"`
}

// IsFor reports whether a request is for one of these endpoints, even if the test API is not enabled.
func IsFor(r *http.Request) bool {
	_, isOperation := operationPath(r)
	return isOperation || isHealthCheck(r)
}

// operationPath returns the path after /_emulate/. ok is false for any other path. A path that is percent-encoded or has dot segments is
// what a server reads in it, so that no spelling of it is passed on.
func operationPath(r *http.Request) (operation string, ok bool) {
	if operation, ok = below(urlpath.MergeSlashes(r.URL.EscapedPath())); ok {
		return operation, true
	}
	return below(path.Clean("/" + r.URL.Path))
}

// below returns what is below /_emulate in a path.
func below(p string) (operation string, ok bool) {
	operation, ok = strings.CutPrefix(p, "/_emulate")
	if !ok || operation != "" && operation[0] != '/' {
		return "", false
	}
	return strings.TrimPrefix(operation, "/"), true
}

// isHealthCheck reports whether a request is a health check, GET /health. It is about the emulator only, not about the upstream.
func isHealthCheck(r *http.Request) bool {
	return urlpath.MergeSlashes(r.URL.Path) == "/health" && api.MethodOf(r) == http.MethodGet
}
