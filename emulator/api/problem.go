package api

import (
	"fmt"
	"net/http"
	"strings"
)

// Problem is an error in the shape of WorkOS's REST API (WORKOS.md, "Generic conduct").
type Problem struct {
	Status   int          `json:"-"`
	Message  string       `json:"message"`
	Code     string       `json:"code,omitempty"`
	EntityID string       `json:"entity_id,omitempty"`
	Errors   []FieldError `json:"errors,omitempty"` // an empty array would spoil the Node SDK's message

	// Allow lists the methods that there are, for a 405. Default: those that a request may have, whatever it is for.
	Allow string `json:"-"`
	// OAuth is the code of RFC 6749 for it on OAuth's paths; empty where these have no shape of their own for it.
	OAuth string `json:"-"`
}

func (p *Problem) Error() string { return p.Message }

// Unauthorized is the 401 for a caller without a good key.
func Unauthorized() error { return &Problem{Status: http.StatusUnauthorized, Message: "Unauthorized"} }

// NotFound is the 404 for an id that neither side knows. kind is what was looked for, such as `Organization`.
func NotFound(kind, id string) error {
	return &Problem{
		Status:   http.StatusNotFound,
		Message:  fmt.Sprintf("%s not found: '%s'.", kind, id),
		Code:     "entity_not_found",
		EntityID: id,
	}
}

// NotEmulated is the 501 `not_emulated` for what is not emulated and was not answered by the next handler. hint is added to
// the message.
func NotEmulated(method, path, hint string) error {
	return &Problem{Status: http.StatusNotImplemented, Message: notEmulatedMessage(method, path) + hint, Code: "not_emulated"}
}

// NotEmulatedDocument is [NotEmulated] for a well-known path: 404, as clients try several and take anything else for a failure.
func NotEmulatedDocument(method, path, hint string) error {
	return &Problem{Status: http.StatusNotFound, Message: notEmulatedMessage(method, path) + hint, Code: "not_found"}
}

func notEmulatedMessage(method, path string) string {
	return fmt.Sprintf("%s %s is not emulated, and nothing behind the emulator answered it.", method, path)
}

// MethodNotAllowed refuses a method of a path that is emulated with others.
func MethodNotAllowed(method, path string, allowed []string) error {
	return &Problem{
		Status: http.StatusMethodNotAllowed,
		Message: fmt.Sprintf("%s is not allowed for %s, which takes %s, and nothing behind the emulator answered it.",
			method, path, strings.Join(allowed, ", ")),
		Code:  "method_not_allowed",
		Allow: strings.Join(allowed, ", "),
		OAuth: "invalid_request",
	}
}

// Invalid is the 422 for what is wrong with the fields of a request.
func Invalid(errors ...FieldError) error {
	return &Problem{
		Status:  http.StatusUnprocessableEntity,
		Message: "Validation failed",
		Code:    "invalid_request_parameters",
		Errors:  errors,
	}
}

// BadRequest is a 400 with a code of WorkOS's.
func BadRequest(code, message string) error {
	return &Problem{Status: http.StatusBadRequest, Message: message, Code: code}
}

// Conflict is a 409 with a code of WorkOS's, which may be empty.
func Conflict(code, message string) error {
	return &Problem{Status: http.StatusConflict, Message: message, Code: code}
}

// Unreachable says that the upstream did not answer, with the status 502, 503 or 504.
func Unreachable(status int) error {
	return &Problem{Status: status, Message: "WorkOS could not be reached.", Code: "upstream_unreachable"}
}
