package caddymodule

import (
	"errors"
	"net/http"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/metrics"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/requestlog"
	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/fixture/redact"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/writer"
)

// observer counts requests, and notes the outcome of each for the request log.
type observer struct{ *metrics.Observer }

// Answered implements emulator.Observer.
func (o observer) Answered(r *http.Request, outcome emulator.Outcome) {
	requestlog.NoteOutcome(r.Context(), outcome)
	o.Observer.Answered(r, outcome)
}

// statusWriter notes the status and the source of an answer.
type statusWriter struct {
	writer.Writer
	status int
	source string
}

func (w *statusWriter) begin(status int) bool {
	if w.status == 0 {
		w.status, w.source = status, w.Header().Get(source.Header)
	}
	return true
}

// logged returns a request and its writer such that publish tells the request log what came of it, where a command listens to
// that. The error of publish is the handler's. secrets are those that must not be shown.
func logged(w http.ResponseWriter, r *http.Request, secrets func() []redact.Known) (_ http.ResponseWriter, _ *http.Request, publish func(error)) {
	if !requestlog.Wanted() {
		return w, r, func(error) {}
	}
	began := time.Now()
	request := requestlog.Request{Began: began, Method: r.Method, Path: r.URL.EscapedPath()}
	noting := &statusWriter{}
	noting.Writer = writer.Writer{ResponseWriter: w, Begin: noting.begin}
	ctx, notes := requestlog.WithNotes(r.Context())
	publish = func(err error) {
		notes.AddTo(&request)
		request.Took, request.Secrets = time.Since(began), secrets()
		request.Err = err
		if noting.status != 0 {
			request.Status, request.Source = noting.status, noting.source
		}
		if failed := new(caddyhttp.HandlerError); errors.As(err, failed) && noting.status == 0 {
			request.Status = failed.StatusCode
		}
		requestlog.Publish(request)
	}
	return noting, r.WithContext(ctx), publish
}
