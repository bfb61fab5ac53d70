package emulator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/authenticate"
	"github.com/caddy-workos/caddy-workos/emulator/authorize"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/resource"
	"github.com/caddy-workos/caddy-workos/emulator/sso"
)

// groups returns all groups of endpoints, in the order of the documentation of the option `emulate`.
func (h handlers) groups() []api.Group {
	login := h.authenticate.Group()
	login.Routes = append(login.Routes, h.authorize.LoginRoutes()...)
	single := h.sso.Group()
	single.Routes = append(single.Routes, h.authorize.SSORoutes()...)
	return slices.Concat(h.oauth.Groups(), h.resources.Groups(), []api.Group{login, single})
}

// handlers are the handlers of all groups.
type handlers struct {
	oauth        *oauth.Handler
	resources    *resource.Service
	authenticate *authenticate.Handler
	authorize    *authorize.Handler
	sso          *sso.Handler
}

func newRouter(h handlers, emulate []string) *api.Router {
	return api.NewRouter(h.groups(), func(group string) bool { return slices.Contains(emulate, group) })
}

// allGroups returns the groups with handlers that cannot serve, for their names and routes.
func allGroups() []api.Group {
	return handlers{&oauth.Handler{}, &resource.Service{}, &authenticate.Handler{}, &authorize.Handler{}, &sso.Handler{}}.groups()
}

// Groups returns the names of all groups of endpoints: the values of Options.Emulate.
func Groups() []string {
	var names []string
	for _, group := range allGroups() {
		names = append(names, group.Name)
	}
	return names
}

// CheckGroup returns an error for a name that no group has. The error lists all groups.
func CheckGroup(name string) error {
	if names := Groups(); !slices.Contains(names, name) {
		return fmt.Errorf("unknown group %q: the groups are %s", name, strings.Join(names, ", "))
	}
	return nil
}

// Routes returns the routes of all groups, each as a method and a pattern, as in `GET /organizations/{id}`. {name} stands for one path
// segment.
func Routes() []string {
	var routes []string
	for _, name := range Groups() {
		routes = append(routes, Endpoints(name)...)
	}
	return routes
}

// Endpoints returns the routes of one group, in the form of [Routes].
func Endpoints(group string) []string {
	var endpoints []string
	for _, g := range allGroups() {
		for _, route := range g.Routes {
			if g.Name == group {
				endpoints = append(endpoints, route.Method+" "+route.Pattern)
			}
		}
	}
	return endpoints
}
