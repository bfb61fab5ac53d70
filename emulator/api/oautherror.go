package api

import (
	"net/http"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/help"
)

// OAuthError is an error in the shape of RFC 6749 §5.2.
type OAuthError struct {
	Status int    `json:"-"`
	Basic  bool   `json:"-"` // the client used HTTP Basic, so the answer has a WWW-Authenticate header
	Code   string `json:"error"`
	// Description may have any characters. Those that RFC 6749 §5.2 does not allow are replaced in the answer.
	Description string `json:"error_description"`
	// Reason is the code of WorkOS's REST API, where it is more exact than that of RFC 6749.
	Reason string `json:"code,omitempty"`
	// Help is what the Link header of the answer leads to: nothing where it is empty.
	Help help.Topic `json:"-"`
}

// Error returns the description.
func (e *OAuthError) Error() string { return e.Description }

// InvalidRequest returns the 400 `invalid_request` of RFC 6749 §5.2.
func InvalidRequest(description string) error {
	return &OAuthError{Status: http.StatusBadRequest, Code: "invalid_request", Description: description}
}

// maxShown is how many bytes of a caller's value an error quotes.
const maxShown = 100

// Quoted quotes a value of the caller's for an error_description. A long one is cut. The value may be a secret: call
// [guard.Keys.MayShow] first.
func Quoted(value string) string {
	end := ""
	if len(value) > maxShown {
		value, end = value[:maxShown], "..."
	}
	return "'" + describable(value) + end + "'"
}

// describable replaces the characters that RFC 6749 §5.2 does not allow in an error_description. It allows printable ASCII
// without " and \.
func describable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '"':
			return '\''
		case r < ' ' || r > '~' || r == '\\':
			return '?'
		}
		return r
	}, text)
}
