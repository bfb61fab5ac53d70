package caddymodule

import (
	"errors"
	"net/http"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/realkeys"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/requestlog"
	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/fixture/redact"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// ServeHTTP answers, or asks the next handler.
func (m *Emulator) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) (err error) {
	defer m.app.begin()()
	w, r, publish := logged(w, r, m.secrets)
	defer func() { publish(err) }() // after a panic too, by which a connection is dropped
	return m.serve(w, r, next)
}

// secrets are those that no log may show.
func (m *Emulator) secrets() []redact.Known {
	return []redact.Known{m.state.Known(), realkeys.Known()}
}

// serve is ServeHTTP, of a request that is being logged.
func (m *Emulator) serve(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	if err := m.start(); err != nil {
		m.logger.Error("the request came while the configuration could not be started", zap.Error(err))
		return api.WriteUnavailable(w, "The server is being started: see the log of Caddy.")
	}
	m.started()
	w, tell := tellSource(w, r)
	defer tell()
	err := m.emulator.Serve(w, r, next.ServeHTTP)
	if err == nil {
		return nil
	}
	w.Header().Set(source.Header, source.Emulator) // the error page is not the upstream's
	status := http.StatusInternalServerError
	if failure := new(caddyhttp.HandlerError); errors.As(err, failure) && failure.StatusCode != 0 {
		status = failure.StatusCode
	}
	if status >= http.StatusInternalServerError {
		m.logger.Warn("the next handler failed", zap.Error(err)) // Caddy does not log it where another handler answers
	}
	if m.AnswerUnreachable && status >= http.StatusBadGateway && status <= http.StatusGatewayTimeout {
		requestlog.NoteCode(r.Context(), api.CodeUnreachable)
		return api.WriteUnreachable(w, status)
	}
	return err
}
