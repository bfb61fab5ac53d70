package caddymodule

import (
	"maps"
	"net/http"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// prepare gives a request of the emulator's own what Caddy's handlers want of a request. It gets its own copies, because
// a route of a group is taken once for a request, because placeholders are to speak of this request, and because it may
// outlive the original one.
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
	return prepared
}
