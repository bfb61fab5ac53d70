// Package testapi answers for what WorkOS does not have: a health check, and the test API under /_emulate/, by which tests change
// the error hooks and restore the seed.
package testapi

import (
	"net/http"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/urlpath"
)

// Operations are those on an instance: on its hooks, and the one that restores what it was seeded with.
func Operations(hooks *fault.Hooks, reset func() error) []api.Operation {
	return append(hookOperations(hooks), api.Operation{Method: http.MethodPost, Path: "reset", Serve: func(w http.ResponseWriter, _ *http.Request) {
		if reset() != nil {
			api.WriteProblem(w, http.StatusInternalServerError, "internal_server_error", "The seed could not be restored: see the log.")
			return
		}
		api.WriteEmpty(w, http.StatusNoContent)
	}})
}

// Handler answers the health check and, where it is on, the test API.
type Handler struct {
	Enabled bool // the test API is on
	Hooks   *fault.Hooks
	Reset   func() error // required where Enabled
}

// Serve answers a request that is for it, and reports whether that was one. The test API asks for no key: whoever reaches the port
// may use it, but for web pages of other sites, which reach it through their visitor's browser.
func (h Handler) Serve(w http.ResponseWriter, r *http.Request) (answered bool) {
	path, operation := operationPath(r)
	health := isHealthCheck(r)
	if !health && !(operation && h.Enabled) {
		return false
	}
	w.Header().Set(source.Header, source.Emulator)
	switch {
	case health:
		api.WriteJSON(w, http.StatusOK, healthy{"ok"})
	case !mayOperate(r):
		api.WriteProblem(w, http.StatusForbidden, "cross_origin", "The request comes from a web page of another site.")
	default:
		api.ServeOperation(w, r, path, Operations(h.Hooks, h.Reset))
	}
	return true
}

// healthy is the answer to a health check. The WorkOS emulator's is the same.
type healthy struct {
	Status string `json:"status"`
}

// IsFor reports whether a request is for a path of this package's, whether that is on or not.
func IsFor(r *http.Request) bool {
	_, operation := operationPath(r)
	return operation || isHealthCheck(r)
}

// operationPath returns what stands behind /_emulate/, if the request is for that.
func operationPath(r *http.Request) (path string, ok bool) {
	path, ok = strings.CutPrefix(urlpath.MergeSlashes(r.URL.EscapedPath()), "/_emulate")
	if !ok || path != "" && path[0] != '/' {
		return "", false
	}
	return strings.TrimPrefix(path, "/"), true
}

// isHealthCheck tells a request that asks whether the emulator is up, which has nothing to do with the upstream.
func isHealthCheck(r *http.Request) bool {
	return urlpath.MergeSlashes(r.URL.Path) == "/health" && api.MethodOf(r) == http.MethodGet
}
