package emulator

import (
	"net/http"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/testapi"
	"github.com/caddy-workos/caddy-workos/emulator/urlpath"
)

// fail applies the hooks to a request, before anything else handles it. It reports whether the request has been answered. Hooks do
// not apply to the test API and the health check, even if their path is "*".
func (e *Emulator) fail(w http.ResponseWriter, r *http.Request) (ended bool) {
	if testapi.IsFor(r) {
		return false
	}
	f, applies := e.faults.Take(r.Method, urlpath.MergeSlashes(r.URL.Path))
	if !applies {
		return false
	}
	route, params := e.router.Find(r)
	c := &call{
		emulator: e, http: r, request: api.MakeRequest(r, route, params, nil, time.Time{}),
	}
	c.writer.Init(w, r, nil, time.Time{})
	e.logger.Debug("a hook struck", zap.Stringer("route", route), zap.Int("status", f.Status),
		zap.Bool("abort", f.Abort), zap.Duration("delay", f.Delay))
	if f.Delay > 0 && e.faults.Wait(r.Context(), f.Delay) != nil {
		f.Abort = true // the client has disconnected
	}
	switch {
	case f.Abort:
		w.Header().Set(source.Header, source.Fault) // for the access log
		c.report(Outcome{Source: source.Fault})
		panic(http.ErrAbortHandler)
	case f.Status == 0:
		return false
	}
	c.write(c.failing(f))
	c.observed(nil)
	return true
}

// failing returns the answer of a hook that has a status.
func (c *call) failing(f fault.Fault) api.Answer {
	a := api.Answer{Status: f.Status, Raw: f.Body}
	if f.Body == nil {
		a = c.answerTo(c.failure(f.Status))
	}
	a.Source = source.Fault
	switch f.Status {
	case http.StatusNoContent, http.StatusResetContent, http.StatusNotModified:
		a.Raw, a.Body = nil, nil // RFC 9110 §15: these have none
	case http.StatusTooManyRequests:
		if a.Header == nil {
			a.Header = http.Header{}
		}
		a.Header.Set("Retry-After", "1")
	}
	return a
}

// failure returns the error with which WorkOS answers with a status, for a hook without a body.
func (c *call) failure(status int) error {
	if c.request.IsOAuth() {
		return c.oauthFailure(status)
	}
	switch status {
	case http.StatusUnauthorized:
		return api.Unauthorized()
	case http.StatusUnprocessableEntity:
		return api.Invalid()
	case http.StatusTooManyRequests:
		return &api.Problem{Status: status, Message: "Too Many Requests", Code: "rate_limit_exceeded"}
	}
	text := http.StatusText(status)
	if text == "" {
		return &api.Problem{Status: status, Message: "Error", Code: "error"}
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
	return &api.Problem{Status: status, Message: text, Code: code}
}

// oauthFailure is failure with RFC 6749's codes: those of §5.2, or of §4.1.2.1 where §5.2 has none.
func (c *call) oauthFailure(status int) error {
	p := &api.OAuthError{Status: status, Code: "invalid_request", Description: http.StatusText(status)}
	switch {
	case status == http.StatusUnauthorized:
		p.Code = "invalid_client"
		_, _, p.Basic = c.http.BasicAuth()
	case status == http.StatusForbidden:
		p.Code = "access_denied"
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		p.Code = "temporarily_unavailable"
	case status >= http.StatusInternalServerError:
		p.Code = "server_error"
	}
	return p
}
