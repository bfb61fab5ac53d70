package caddymodule

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/testapi"
	"github.com/caddyserver/caddy/v2"
	"go.uber.org/zap"
)

func init() { caddy.RegisterModule(admin{}) }

// admin serves /workos/ on Caddy's admin endpoint: the instances, and the operations on each of them. Whoever reaches
// that endpoint may reconfigure Caddy as a whole, so there is no option to switch this off.
type admin struct{}

// adminPath is where all of it is: `/workos/{instance}/{operation}`.
const adminPath = "/workos/"

// noInstance begins the answer to a request for an instance that there is none of.
const noInstance = "There is no instance"

// CaddyModule returns the Caddy module information.
func (admin) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "admin.api.workos", New: func() caddy.Module { return new(admin) }}
}

// Routes returns the one route that stands before everything.
func (a admin) Routes() []caddy.AdminRoute {
	return []caddy.AdminRoute{{Pattern: adminPath, Handler: caddy.AdminHandlerFunc(a.serve)}}
}

// operations are those on an instance.
func (i *instance) operations() []api.Operation {
	return slices.Concat(
		testapi.Operations(&i.faults, func() error { return i.reset(adminLog()) }),
		i.fixtureOperations(),
	)
}

func (admin) serve(w http.ResponseWriter, r *http.Request) error {
	segment, operation, inside := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), adminPath), "/")
	all := running()
	if segment == "" && !inside {
		api.ServeOperation(w, r, "", []api.Operation{{Method: http.MethodGet, Serve: all.list}})
		return nil
	}
	name, err := url.PathUnescape(segment)
	i := all.find(name)
	if err != nil || i == nil {
		there := "There are: " + strings.Join(all.names(), ", ") + "."
		if len(all) == 0 {
			there = "There is none: the configuration has neither an emulator nor fixtures."
		}
		api.WriteProblem(w, http.StatusNotFound, "not_found", fmt.Sprintf("%s %q. %s", noInstance, name, there))
		return nil
	}
	i.applyWanted(adminLog())
	api.ServeOperation(w, r, operation, i.operations())
	return nil
}

// instancesByName are the instances that a configuration uses.
type instancesByName map[string]*instance

func running() instancesByName {
	all := instancesByName{}
	instances.Range(func(_, held any) bool {
		if i, ok := held.(*instance); ok {
			all[i.name] = i
		}
		return true
	})
	return all
}

// find returns the instance of a name, or of what the list calls it.
func (all instancesByName) find(name string) *instance {
	if i := all[name]; i != nil {
		return i
	}
	for _, i := range all {
		if i.title() == name {
			return i
		}
	}
	return nil
}

// names are what the list calls the instances.
func (all instancesByName) names() []string {
	var names []string
	for i := range maps.Values(all) {
		names = append(names, i.title())
	}
	return slices.Sorted(slices.Values(names))
}

// list answers with what the instances are called.
func (all instancesByName) list(w http.ResponseWriter, _ *http.Request) {
	type described struct {
		Name string `json:"name"`
	}
	list := []described{}
	for _, name := range all.names() {
		list = append(list, described{name})
	}
	api.WriteJSON(w, http.StatusOK, list)
}

func adminLog() *zap.Logger { return caddy.Log().Named("admin.api.workos") }

var (
	_ caddy.Module      = (*admin)(nil)
	_ caddy.AdminRouter = (*admin)(nil)
)
