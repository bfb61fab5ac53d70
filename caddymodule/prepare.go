package caddymodule

import (
	"maps"
	"net/http"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// routeGroups is where a request's context holds the groups of routes, such as those of `handle`, of which one has been
// taken. Caddy has no name for it that others may use.
const routeGroups = caddy.CtxKey("route_group")

// prepare gives a request of the emulator's own what Caddy's handlers want of a request. It gets its own copies, because
// a route of a group is taken once for a request, because placeholders are to speak of this request, and because it may
// outlive the original one. It knows of the groups that the original has come through: it is not for their other routes.
func prepare(w http.ResponseWriter, own, original *http.Request) *http.Request {
	server, ok := original.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	if !ok {
		return own
	}
	prepared := caddyhttp.PrepareRequest(own, caddy.NewReplacer(), w, server)
	before, _ := original.Context().Value(caddyhttp.VarsCtxKey).(map[string]any)
	now, _ := prepared.Context().Value(caddyhttp.VarsCtxKey).(map[string]any)
	if now != nil {
		maps.Copy(now, before)
	}
	taken, _ := original.Context().Value(routeGroups).(map[string]struct{})
	if groups, ok := prepared.Context().Value(routeGroups).(map[string]struct{}); ok {
		maps.Copy(groups, taken)
	}
	return prepared
}
