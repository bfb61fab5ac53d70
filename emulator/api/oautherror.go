package api

import (
	"net/http"
	"strings"
)

// OAuthError is an error in the shape of RFC 6749 §5.2.
type OAuthError struct {
	Status int    `json:"-"`
	Basic  bool   `json:"-"` // the client authenticated with Basic, and is to be challenged for it
	Code   string `json:"error"`
	// Description is written without the characters that RFC 6749 does not allow in it.
	Description string `json:"error_description"`
	// Reason is the code of WorkOS's REST API, where RFC 6749 has none that says as much.
	Reason string `json:"code,omitempty"`
}

func (e *OAuthError) Error() string { return e.Description }

// InvalidRequest is the 400 `invalid_request` of RFC 6749 §5.2.
func InvalidRequest(description string) error {
	return &OAuthError{Status: http.StatusBadRequest, Code: "invalid_request", Description: description}
}

// maxShown is how much of a caller's value an error names, in bytes.
const maxShown = 100

// Quoted quotes a value of the caller's for an error_description, cut where it is long. Ask guard.Keys.MayShow first where it
// may be a secret.
func Quoted(value string) string {
	end := ""
	if len(value) > maxShown {
		value, end = value[:maxShown], "..."
	}
	return "'" + describable(value) + end + "'"
}

// describable replaces the characters that an error_description must not have (RFC 6749 §5.2): it may have printable ASCII
// but " and \.
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
