package caddymodule

import (
	"net/http"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/writer"
)

// sourcePlaceholder is the placeholder that says who answered.
const sourcePlaceholder = "http.workos.source"

// sourceWriter notes who answers as the answer begins: a `header` directive before the handler may remove the answer's header.
type sourceWriter struct {
	writer.Writer
	source string
	begun  bool
}

func (w *sourceWriter) begin(int) bool {
	if !w.begun {
		w.begun, w.source = true, w.Header().Get(source.Header)
	}
	return true
}

// Push implements http.Pusher, where the writer below does.
func (w *sourceWriter) Push(target string, options *http.PushOptions) error {
	return (&caddyhttp.ResponseWriterWrapper{ResponseWriter: w.ResponseWriter}).Push(target, options)
}

// answered is who answered, or is about to.
func (w *sourceWriter) answered() string {
	if w.begun {
		return w.source
	}
	return w.Header().Get(source.Header)
}

// tellSource gives the request the placeholder, and returns the writer to answer by, and what tells the access log once the
// answer is known. Both say what the answer's header says.
func tellSource(w http.ResponseWriter, r *http.Request) (told http.ResponseWriter, tellAccessLog func()) {
	if source.CanSet(r.Context()) {
		return w, func() {} // the emulator before this handler tells it
	}
	noting := &sourceWriter{}
	noting.Writer = writer.Writer{ResponseWriter: w, Begin: noting.begin}
	if replacer, ok := r.Context().Value(caddy.ReplacerCtxKey).(*caddy.Replacer); ok {
		replacer.Map(func(name string) (any, bool) {
			if name != sourcePlaceholder {
				return nil, false
			}
			return noting.answered(), true
		})
	}
	server, ok := r.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	if !ok || server.Logs == nil {
		return noting, func() {} // there is no access log
	}
	return noting, func() {
		answered := noting.answered()
		if answered == "" {
			return
		}
		// Where the end of the chain was asked, it has noted that the request is not handled: the log would say NOP.
		caddyhttp.SetVar(r.Context(), "unhandled", false)
		if extra, ok := r.Context().Value(caddyhttp.ExtraLogFieldsCtxKey).(*caddyhttp.ExtraLogFields); ok {
			extra.Add(zap.String("workos_source", answered))
		}
	}
}
