package emulator

import (
	"net/http"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// Operations are those on an instance: on its hooks, and the one that restores what it was seeded with.
func Operations(hooks *fault.Hooks, reset func() error) []Operation {
	return append(hookOperations(hooks), Operation{http.MethodPost, "reset", func(w http.ResponseWriter, _ *http.Request) {
		if reset() != nil {
			WriteProblem(w, http.StatusInternalServerError, "internal_server_error", "The seed could not be restored: see the log.")
			return
		}
		respond(w, answer{status: http.StatusNoContent})
	}})
}

// itself answers a request for what WorkOS does not have: a health check and, where it is on, the test API. It tells
// whether that was one. The test API asks for no key: whoever reaches the port may use it, but for web pages of other
// sites, which reach it through their visitor's browser (see mayOperate).
func (e *Emulator) itself(w http.ResponseWriter, r *http.Request) (answered bool) {
	path, operation := operationPath(r)
	health := isHealthCheck(r)
	if !health && !(operation && e.TestAPI) {
		return false
	}
	w.Header().Set(source.Header, source.Emulator)
	switch {
	case health:
		respond(w, healthy())
	case !mayOperate(r):
		WriteProblem(w, http.StatusForbidden, "cross_origin", "The request comes from a web page of another site.")
	default:
		ServeOperation(w, r, path, Operations(e.Faults, e.Reset))
	}
	return true
}

// operationPath returns what stands behind /_emulate/, if the request is for that.
func operationPath(r *http.Request) (path string, ok bool) {
	path, ok = strings.CutPrefix(mergeSlashes(r.URL.EscapedPath()), "/_emulate")
	if !ok || path != "" && path[0] != '/' {
		return "", false
	}
	return strings.TrimPrefix(path, "/"), true
}

// isHealthCheck tells a request that asks whether the emulator is up, which has nothing to do with who is next.
func isHealthCheck(r *http.Request) bool {
	return mergeSlashes(r.URL.Path) == "/health" && methodOf(r) == http.MethodGet
}

// healthy is the answer to a health check. The WorkOS emulator's is the same.
func healthy() answer {
	return answer{status: http.StatusOK, body: struct {
		Status string `json:"status"`
	}{"ok"}}
}
