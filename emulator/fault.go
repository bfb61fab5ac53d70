package emulator

import (
	"net/http"
	"strings"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// fault does to a request what the hooks say, before anybody looks at who sends it, and tells whether that was the end
// of it. What is not WorkOS's own never fails: a hook for any path is not meant for it.
func (e *Emulator) fault(w http.ResponseWriter, r *http.Request) (ended bool) {
	if _, operation := operationPath(r); operation || isHealthCheck(r) {
		return false
	}
	f, struck := e.Faults.Take(r.Method, mergeSlashes(r.URL.Path))
	if !struck {
		return false
	}
	c := &call{emulator: e, http: r, writer: watchedWriter{ResponseWriter: w, context: r.Context()}, source: source.Fault}
	c.route, _ = e.routes.find(r)
	e.Logger.Debug("a hook struck", zap.Stringer("route", c.route), zap.Int("status", f.Status),
		zap.Bool("abort", f.Abort), zap.Duration("delay", f.Delay))
	if f.Delay > 0 && e.Faults.Wait(r.Context(), f.Delay) != nil {
		f.Abort = true // the caller is gone: there is nobody to answer
	}
	switch {
	case f.Abort:
		w.Header().Set(source.Header, source.Fault) // for the access log
		c.writer.source = source.Fault
		c.observed(nil)
		panic(http.ErrAbortHandler)
	case f.Status == 0:
		return false
	}
	c.write(c.failing(f))
	c.observed(nil)
	return true
}

// failing returns the answer of a hook.
func (c *call) failing(f fault.Fault) answer {
	a := answer{status: f.Status, raw: f.Body}
	if f.Body == nil {
		a = c.problemOf(c.failure(f.Status))
	}
	switch f.Status {
	case http.StatusNoContent, http.StatusResetContent, http.StatusNotModified:
		a.raw, a.body = nil, nil // RFC 9110 §15: these have none
	case http.StatusTooManyRequests:
		if a.header == nil {
			a.header = http.Header{}
		}
		a.header.Set("Retry-After", "1")
	}
	return a
}

// failure is what WorkOS says with a status where nothing more is known.
func (c *call) failure(status int) error {
	if c.isOAuth() {
		return c.oauthFailure(status)
	}
	switch status {
	case http.StatusUnauthorized:
		return errUnauthorized()
	case http.StatusUnprocessableEntity:
		return errInvalid()
	case http.StatusTooManyRequests:
		return &problem{status: status, Message: "Too Many Requests", Code: "rate_limit_exceeded"}
	}
	text := http.StatusText(status)
	if text == "" {
		return &problem{status: status, Message: "Error", Code: "error"}
	}
	code := strings.Map(func(r rune) rune {
		switch {
		case r == ' ', r == '-':
			return '_'
		case r == '\'':
			return -1
		}
		return r
	}, strings.ToLower(text))
	return &problem{status: status, Message: text, Code: code}
}

// oauthFailure uses RFC 6749's codes: those of §5.2 and, for what that has none for, of §4.1.2.1.
func (c *call) oauthFailure(status int) error {
	p := &oauthProblem{status: status, Code: "invalid_request", Description: http.StatusText(status)}
	switch {
	case status == http.StatusUnauthorized:
		p.Code = "invalid_client"
		_, _, p.basic = c.http.BasicAuth()
	case status == http.StatusForbidden:
		p.Code = "access_denied"
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		p.Code = "temporarily_unavailable"
	case status >= http.StatusInternalServerError:
		p.Code = "server_error"
	}
	return p
}
