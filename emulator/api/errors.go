package api

import (
	"cmp"
	"errors"
	"maps"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/requestbody"
)

// allowedMethods is the Allow header of a 405 that is about no particular path.
const allowedMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

// AnswerTo returns the answer to an error. It knows [Problem], [OAuthError] and the errors of package requestbody. Any other
// error is a 500 without the error's text, which may contain a secret. isOAuth asks for RFC 6749's shape where both are possible.
func AnswerTo(err error, isOAuth bool) Answer {
	if p := new(Problem); errors.As(err, &p) {
		return p.answer(isOAuth)
	}
	if e := new(OAuthError); errors.As(err, &e) {
		return e.answer()
	}
	e := OAuthError{Status: http.StatusInternalServerError, Code: "server_error", Description: "Internal server error", Reason: "internal_server_error"}
	switch {
	case errors.Is(err, requestbody.ErrTooLarge):
		e = OAuthError{Status: http.StatusRequestEntityTooLarge, Code: "invalid_request", Description: requestbody.ErrTooLarge.Error(), Reason: "request_too_large"}
	case errors.Is(err, requestbody.ErrMalformed):
		e = OAuthError{Status: http.StatusBadRequest, Code: "invalid_request", Description: err.Error(), Reason: "invalid_request_body"}
	}
	if isOAuth {
		e.Reason = ""
		return e.answer()
	}
	return Answer{Status: e.Status, Body: &Problem{Code: e.Reason, Message: e.Description}}
}

func (p *Problem) answer(isOAuth bool) Answer {
	a := Answer{Status: p.Status, Body: p, Header: p.Help.Header()}
	if p.OAuth != "" && isOAuth {
		a.Header, a.Body = NoStore(), &OAuthError{Code: p.OAuth, Description: describable(p.Message), Reason: p.Code}
	}
	if p.Status == http.StatusMethodNotAllowed {
		if a.Header == nil {
			a.Header = http.Header{}
		}
		a.Header.Set("Allow", cmp.Or(p.Allow, allowedMethods))
	}
	return a
}

func (e *OAuthError) answer() Answer {
	described := *e
	described.Description = describable(e.Description)
	a := Answer{Status: e.Status, Body: &described, Header: NoStore()}
	maps.Copy(a.Header, e.Help.Header())
	if e.Basic {
		a.Header.Set("WWW-Authenticate", `Basic realm="WorkOS"`)
	}
	return a
}
