package api

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/help"
)

// Problem is an error in the shape of WorkOS's REST API (WORKOS.md, "Generic conduct").
type Problem struct {
	Status   int          `json:"-"`
	Message  string       `json:"message"`
	Code     string       `json:"code,omitempty"`
	EntityID string       `json:"entity_id,omitempty"`
	RoleSlug string       `json:"role_slug,omitempty"` // of `sub_resource_scoped_role_not_allowed`
	Errors   []FieldError `json:"errors,omitempty"`    // left out where empty: the Node SDK shows no message for an empty array

	// Allow is the Allow header of a 405. Default: all methods that some request may have.
	Allow string `json:"-"`
	// Help is what the Link header of the answer leads to: nothing where it is empty. A message of our own ends with the address instead.
	Help help.Topic `json:"-"`
	// OAuth is the RFC 6749 code for the same error on an OAuth path. Where it is empty, the error has one shape on all paths.
	OAuth string `json:"-"`
}

// Error returns the message.
func (p *Problem) Error() string { return p.Message }

// Unauthorized returns the 401 for a caller without a valid key.
func Unauthorized() error {
	return &Problem{Status: http.StatusUnauthorized, Message: "Unauthorized", Help: help.Unauthorized}
}

// NotFound returns the 404 `entity_not_found` for an id that neither side knows. kind is what was looked for, such as `Organization`.
func NotFound(kind, id string) error {
	return &Problem{
		Status:   http.StatusNotFound,
		Message:  fmt.Sprintf("%s not found: '%s'.", kind, id),
		Code:     "entity_not_found",
		EntityID: id,
		Help:     help.EntityNotFound,
	}
}

// NotEmulated returns the 501 `not_emulated` for a request that is not emulated and that the next handler has not answered. hint
// is added to the message.
func NotEmulated(method, path, hint string) error {
	return &Problem{
		Status: http.StatusNotImplemented, Message: notEmulatedMessage(method, path) + hint + help.NotEmulated.See(), Code: "not_emulated",
	}
}

// NotEmulatedDocument is [NotEmulated] for a well-known path. It returns a 404, because clients try several such paths and treat
// any other status as a failure.
func NotEmulatedDocument(method, path, hint string) error {
	return &Problem{Status: http.StatusNotFound, Message: notEmulatedMessage(method, path) + hint + help.NotEmulated.See(), Code: "not_found"}
}

func notEmulatedMessage(method, path string) string {
	return fmt.Sprintf("%s %s is not emulated, and nothing behind the emulator answered it.", shown(method), shown(path))
}

// MethodNotAllowed returns the 405 for a path that is emulated with other methods.
func MethodNotAllowed(method, path string, allowed []string) error {
	return &Problem{
		Status: http.StatusMethodNotAllowed,
		Message: fmt.Sprintf("%s is not allowed for %s, which takes %s, and nothing behind the emulator answered it.",
			shown(method), shown(path), strings.Join(allowed, ", ")),
		Code:  "method_not_allowed",
		Allow: strings.Join(allowed, ", "),
		OAuth: "invalid_request",
	}
}

// Invalid returns the 422 `invalid_request_parameters` for what is wrong with the fields of a request.
func Invalid(errors ...FieldError) error {
	return &Problem{
		Status:  http.StatusUnprocessableEntity,
		Message: "Validation failed",
		Code:    "invalid_request_parameters",
		Errors:  errors,
	}
}

// BadRequest returns a 400 with a code of WorkOS's.
func BadRequest(code, message string) error {
	return &Problem{Status: http.StatusBadRequest, Message: message, Code: code}
}

// Conflict returns a 409 with a code of WorkOS's, which may be empty.
func Conflict(code, message string) error {
	return &Problem{Status: http.StatusConflict, Message: message, Code: code}
}

// CodeUnreachable is the code of [Unreachable].
const CodeUnreachable = "upstream_unreachable"

// Unreachable returns the error `upstream_unreachable` for an upstream that did not answer. The status is 502, 503 or 504.
func Unreachable(status int) error {
	return &Problem{Status: status, Message: "WorkOS could not be reached." + help.UpstreamUnreachable.See(), Code: CodeUnreachable}
}
