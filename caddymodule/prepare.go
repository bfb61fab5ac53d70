package caddymodule

import (
	"context"
	"maps"
	"net"
	"net/http"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// routeGroups is where a request's context holds the groups of routes, such as those of `handle`, of which one has been
// taken. Caddy has no name for it that others may use.
const routeGroups = caddy.CtxKey("route_group")

// prepare gives a request of the emulator's own what Caddy's handlers want of a request. It gets its own copies, because
// a route of a group is taken once for a request, because placeholders are to speak of this request, and because it may
// outlive the original one. It knows of the groups that the original has come through: it is not for their other routes.
//
// A request whose answer is for all callers has nothing else of the original one. The variables may hold anything of its
// caller's, so they are left out as well.
func prepare(w http.ResponseWriter, own, original *http.Request) *http.Request {
	server, ok := original.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	if !ok {
		return own
	}
	shared := source.IsShared(own.Context())
	if shared {
		own = withoutCaller(own)
	}
	prepared := caddyhttp.PrepareRequest(own, caddy.NewReplacer(), w, server)
	if !shared {
		before, _ := original.Context().Value(caddyhttp.VarsCtxKey).(map[string]any)
		if now, ok := prepared.Context().Value(caddyhttp.VarsCtxKey).(map[string]any); ok {
			maps.Copy(now, before)
		}
	}
	taken, _ := original.Context().Value(routeGroups).(map[string]struct{})
	if groups, ok := prepared.Context().Value(routeGroups).(map[string]struct{}); ok {
		maps.Copy(groups, taken)
	}
	return prepared
}

// unspecified is an address that no caller has. Some of Caddy's handlers fail without one, such as a proxy that speaks the
// PROXY protocol.
const unspecified = "0.0.0.0:0"

// withoutCaller makes a request one that reverse_proxy passes on without a word about a caller. A nil field of the header
// is one that it does not add.
func withoutCaller(own *http.Request) *http.Request {
	own = own.WithContext(context.WithValue(own.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.IPv4zero}))
	own.RemoteAddr = unspecified
	for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
		own.Header[name] = nil
	}
	return own
}
