package caddymodule

import (
	"io"
	"net/http"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// sourcePlaceholder is the placeholder that says who answered.
const sourcePlaceholder = "http.workos.source"

// sourceWriter takes down who answers as the answer begins: a `header` directive before the handler may remove the answer's
// header.
type sourceWriter struct {
	*caddyhttp.ResponseWriterWrapper
	source string
	begun  bool
}

func (w *sourceWriter) begin() {
	if !w.begun {
		w.begun, w.source = true, w.Header().Get(source.Header)
	}
}

// WriteHeader does not take an informational answer for the answer.
func (w *sourceWriter) WriteHeader(status int) {
	if status >= http.StatusOK || status == http.StatusSwitchingProtocols {
		w.begin()
	}
	w.ResponseWriterWrapper.WriteHeader(status)
}

func (w *sourceWriter) Write(p []byte) (int, error) {
	w.begin()
	return w.ResponseWriterWrapper.Write(p)
}

// ReadFrom keeps what the writer below has for a faster way.
func (w *sourceWriter) ReadFrom(r io.Reader) (int64, error) {
	w.begin()
	return w.ResponseWriterWrapper.ReadFrom(r)
}

// FlushError counts a flush as the beginning of the answer.
func (w *sourceWriter) FlushError() error {
	w.begin()
	return http.NewResponseController(w.ResponseWriter).Flush()
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
	writer := &sourceWriter{ResponseWriterWrapper: &caddyhttp.ResponseWriterWrapper{ResponseWriter: w}}
	if replacer, ok := r.Context().Value(caddy.ReplacerCtxKey).(*caddy.Replacer); ok {
		replacer.Map(func(name string) (any, bool) {
			if name != sourcePlaceholder {
				return nil, false
			}
			return writer.answered(), true
		})
	}
	server, ok := r.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	if !ok || server.Logs == nil {
		return writer, func() {} // there is no access log
	}
	return writer, func() {
		answered := writer.answered()
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
