package caddymodule

import (
	"net/http"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// sourcePlaceholder is the placeholder that says who answered.
const sourcePlaceholder = "http.workos.source"

// tellSource gives the request the placeholder, and returns what tells the access log once the answer is known. Both say
// what the answer's header says.
func tellSource(w http.ResponseWriter, r *http.Request) (tellAccessLog func()) {
	if source.Heard(r.Context()) {
		return func() {} // the emulator before this handler tells it
	}
	if replacer, ok := r.Context().Value(caddy.ReplacerCtxKey).(*caddy.Replacer); ok {
		replacer.Map(func(name string) (any, bool) {
			return w.Header().Get(source.Header), name == sourcePlaceholder
		})
	}
	server, ok := r.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	if !ok || server.Logs == nil {
		return func() {} // there is no access log
	}
	return func() {
		answered := w.Header().Get(source.Header)
		if answered == "" {
			return
		}
		// The end of the chain, when it was asked, has noted that nobody handles the request: the log would say NOP.
		caddyhttp.SetVar(r.Context(), "unhandled", false)
		if extra, ok := r.Context().Value(caddyhttp.ExtraLogFieldsCtxKey).(*caddyhttp.ExtraLogFields); ok {
			extra.Add(zap.String("workos_source", answered))
		}
	}
}
