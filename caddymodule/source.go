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

// tellSource gives the request the placeholder, and returns what adds the access-log field once the
// answer is known. Both say what the answer's header says.
func tellSource(w http.ResponseWriter, r *http.Request) (addLogField func()) {
	if replacer, ok := r.Context().Value(caddy.ReplacerCtxKey).(*caddy.Replacer); ok {
		if _, told := replacer.Get(sourcePlaceholder); told {
			return func() {} // by a handler before this one
		}
		replacer.Map(func(name string) (any, bool) {
			return w.Header().Get(source.Header), name == sourcePlaceholder
		})
	}
	return func() {
		extra, ok := r.Context().Value(caddyhttp.ExtraLogFieldsCtxKey).(*caddyhttp.ExtraLogFields)
		if answered := w.Header().Get(source.Header); ok && answered != "" {
			extra.Add(zap.String("workos_source", answered))
		}
	}
}
