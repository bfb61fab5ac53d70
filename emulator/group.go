package emulator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/resource"
)

// groups are all groups of endpoints, in the order in which the option `emulate` lists them.
func groups(o *oauth.Handler, s *resource.Service) []api.Group {
	return append(o.Groups(), s.Groups()...)
}

func newRouter(o *oauth.Handler, s *resource.Service, emulate []string) *api.Router {
	return api.NewRouter(groups(o, s), func(group string) bool { return slices.Contains(emulate, group) })
}

// allGroups are the groups without what their handlers need, to be described and not served.
func allGroups() []api.Group { return groups(&oauth.Handler{}, &resource.Service{}) }

// Groups returns the names of all groups of endpoints, for Options.Emulate.
func Groups() []string {
	var names []string
	for _, group := range allGroups() {
		names = append(names, group.Name)
	}
	return names
}

// CheckGroup returns an error that lists all groups where there is none of a name.
func CheckGroup(name string) error {
	if names := Groups(); !slices.Contains(names, name) {
		return fmt.Errorf("unknown group %q: the groups are %s", name, strings.Join(names, ", "))
	}
	return nil
}

// Routes lists what an emulator of every group may answer, each as its method and the path as WorkOS documents it, where
// {name} stands for one path segment.
func Routes() []string {
	var routes []string
	for _, group := range allGroups() {
		for _, route := range group.Routes {
			routes = append(routes, route.Method+" "+route.Pattern)
		}
	}
	return routes
}
