// Package admin serves /workos/ on Caddy's admin endpoint, and has a client for it.
package admin

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/instance"
	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/testapi"
)

func init() { caddy.RegisterModule(admin{}) }

// admin serves the instances and the operations on each of them. Anyone who reaches the admin endpoint may reconfigure Caddy as a
// whole, so there is no option to switch this off.
//
// Its errors are Caddy's, as those of all of its admin endpoint: see [caddy.APIError].
type admin struct{}

// path is below what all of it is: `/workos/{instance}/{operation}`.
const path = "/workos/"

// noInstance begins the answer to a request for an instance that does not exist.
const noInstance = "There is no instance"

// CaddyModule returns the Caddy module information.
func (admin) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "admin.api.workos", New: func() caddy.Module { return new(admin) }}
}

// Routes returns the one route that stands before everything.
func (a admin) Routes() []caddy.AdminRoute {
	return []caddy.AdminRoute{{Pattern: path, Handler: caddy.AdminHandlerFunc(a.serve)}}
}

func (admin) serve(w http.ResponseWriter, r *http.Request) error {
	segment, operation, inside := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), path), "/")
	all := instance.All()
	if segment == "" && !inside {
		list := func(w http.ResponseWriter, _ *http.Request) error { return listInstances(w, all.Titles()) }
		return errorOf(w, api.ServeOperation(w, r, "", []api.Operation{{Method: http.MethodGet, Serve: list}}))
	}
	name, err := url.PathUnescape(segment)
	i := all.Find(name)
	if err != nil || i == nil {
		there := "There are: " + strings.Join(all.Titles(), ", ") + "."
		if len(all) == 0 {
			there = "There is none: the configuration has neither an emulator nor fixtures."
		}
		return caddy.APIError{HTTPStatus: http.StatusNotFound, Err: fmt.Errorf("%s %q. %s", noInstance, name, there)}
	}
	i.ApplyWanted(log())
	return errorOf(w, api.ServeOperation(w, r, operation, operations(i)))
}

// errorOf returns the error of an operation as Caddy's, with all that is wrong with its fields in the message.
func errorOf(w http.ResponseWriter, err error) error {
	if err == nil {
		return nil
	}
	a := api.AnswerTo(err, false)
	if allow := a.Header.Get("Allow"); allow != "" {
		w.Header().Set("Allow", allow)
	}
	failed := caddy.APIError{HTTPStatus: a.Status, Err: err}
	if problem, ok := a.Body.(*api.Problem); ok {
		failed.Message = problem.Message
		for _, field := range problem.Errors {
			failed.Message += "; " + field.Field + ": " + field.Message
		}
	}
	return failed
}

// operations are those on an instance.
func operations(i *instance.Instance) []api.Operation {
	return slices.Concat(
		testapi.Operations(&i.Faults, i.Store, func() error { return i.Reset(log()) }),
		fixtureOperations(i),
	)
}

// listInstances answers with what the instances are called.
func listInstances(w http.ResponseWriter, titles []string) error {
	type described struct {
		Name string `json:"name"`
	}
	list := []described{}
	for _, title := range titles {
		list = append(list, described{title})
	}
	return api.WriteJSON(w, http.StatusOK, list)
}

func log() *zap.Logger { return caddy.Log().Named("admin.api.workos") }

var (
	_ caddy.Module      = (*admin)(nil)
	_ caddy.AdminRouter = (*admin)(nil)
)
