package emulator

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// problem is an error in the shape of WorkOS's REST API (WORKOS.md, "Generic conduct").
type problem struct {
	status   int
	Message  string       `json:"message"`
	Code     string       `json:"code,omitempty"`
	EntityID string       `json:"entity_id,omitempty"`
	Errors   []fieldError `json:"errors,omitempty"` // an empty array would spoil the Node SDK's message

	allow string // the methods that there are, for a 405

	oauth string // the code of RFC 6749 that says it on OAuth's paths; empty where these have no shape of their own for it
}

// fieldError is one reason of a 422.
type fieldError struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (p *problem) Error() string { return p.Message }

// oauthProblem is an error in the shape of RFC 6749 §5.2.
type oauthProblem struct {
	status      int
	basic       bool   // the client authenticated with Basic, and is to be challenged for it
	Code        string `json:"error"`
	Description string `json:"error_description"`
	// Reason is the code of WorkOS's REST API, where RFC 6749 has none that says as much.
	Reason string `json:"code,omitempty"`
}

func (p *oauthProblem) Error() string { return p.Description }

func errUnauthorized() error {
	return &problem{status: http.StatusUnauthorized, Message: "Unauthorized"}
}

// errTrace refuses a request whose answer would repeat its header.
func errTrace() error {
	return &problem{
		status:  http.StatusMethodNotAllowed,
		Message: "TRACE is not answered, and not passed on: its answer would repeat the keys of the request.",
		Code:    "method_not_allowed",
	}
}

// errTarget refuses a request whose target is a URI without a path, such as mailto:a. It would be sent as it came, and may
// name another host.
func errTarget() error {
	return &problem{
		status:  http.StatusBadRequest,
		Message: "The request target is no path. Ask for a path, such as /organizations.",
		Code:    "invalid_request_target",
		oauth:   "invalid_request",
	}
}

// errConnect refuses a request for a tunnel, which WorkOS does not offer: nothing could look into it.
func errConnect() error {
	return &problem{
		status:  http.StatusMethodNotAllowed,
		Message: "CONNECT is not answered, and not passed on: what goes through a tunnel cannot be looked at.",
		Code:    "method_not_allowed",
	}
}

func errEntityNotFound(kind, id string) error {
	return &problem{
		status:   http.StatusNotFound,
		Message:  fmt.Sprintf("%s not found: '%s'.", kind, id),
		Code:     "entity_not_found",
		EntityID: id,
	}
}

func errNotEmulated(method, path string) *problem {
	return &problem{
		status:  http.StatusNotImplemented,
		Message: fmt.Sprintf("%s %s is not emulated, and nothing behind the emulator answered it.", method, path),
		Code:    "not_emulated",
	}
}

// errMethodNotAllowed refuses a method of a path that is emulated with others.
func errMethodNotAllowed(method, path string, allowed []string) error {
	return &problem{
		status:  http.StatusMethodNotAllowed,
		Message: fmt.Sprintf("%s is not allowed for %s, which takes %s, and nothing behind the emulator answered it.", method, path, strings.Join(allowed, ", ")),
		Code:    "method_not_allowed",
		allow:   strings.Join(allowed, ", "),
		oauth:   "invalid_request",
	}
}

// errUnanswered is what is said of a request that is not emulated, and that no handler behind the emulator has answered.
func (c *call) errUnanswered() error {
	path := mergeSlashes(c.http.URL.EscapedPath())
	methods := c.emulator.routes.methods(path)
	if methods != nil && !c.emulator.routes.knows(c.http.Method, path) {
		return errMethodNotAllowed(c.http.Method, c.http.URL.Path, methods)
	}
	p := errNotEmulated(c.http.Method, c.http.URL.Path)
	if slices.Contains(split(path), ".well-known") { // clients try several, and take anything but a 404 for a failure
		p.status, p.Code = http.StatusNotFound, "not_found"
	}
	if shorter, ok := strings.CutSuffix(path, "/"); ok && c.emulator.routes.methods(shorter) != nil {
		p.Message += " Did you mean " + strings.TrimSuffix(c.http.URL.Path, "/") + ", without the slash at the end?"
	}
	return p
}

func errInvalid(errors ...fieldError) error {
	return &problem{
		status:  http.StatusUnprocessableEntity,
		Message: "Validation failed",
		Code:    "invalid_request_parameters",
		Errors:  errors,
	}
}

func errBadRequest(code, message string) error {
	return &problem{status: http.StatusBadRequest, Message: message, Code: code}
}

func errConflict(code, message string) error {
	return &problem{status: http.StatusConflict, Message: message, Code: code}
}

func errOAuth(status int, code, description string) error {
	return &oauthProblem{status: status, Code: code, Description: description}
}

// errTooLarge, errMalformed and errEndedEarly are what reading a body fails with; each endpoint's family has its own words for
// them.
var (
	errTooLarge   = fmt.Errorf("the request body is larger than %d MiB", limits.RequestBody/limits.MiB)
	errMalformed  = errors.New("the request body is malformed")
	errEndedEarly = fmt.Errorf("%w: it ended early", errMalformed)
)

// problemOf returns the answer for an error, in the shape of the call's endpoint.
func (c *call) problemOf(err error) answer {
	if p := new(problem); errors.As(err, &p) {
		a := answer{status: p.status, body: p}
		if p.oauth != "" && c.isOAuth() {
			a.header, a.body = noStore(), &oauthProblem{Code: p.oauth, Description: describable(p.Message), Reason: p.Code}
		}
		if p.status == http.StatusMethodNotAllowed {
			if a.header == nil {
				a.header = http.Header{}
			}
			a.header.Set("Allow", cmp.Or(p.allow, allowedMethods))
		}
		return a
	}
	if p := new(oauthProblem); errors.As(err, &p) {
		described := *p
		described.Description = describable(p.Description)
		a := answer{status: p.status, body: &described, header: noStore()}
		if p.basic {
			a.header.Set("WWW-Authenticate", `Basic realm="WorkOS"`)
		}
		return a
	}

	status, code, message := http.StatusInternalServerError, "internal_server_error", "Internal server error"
	oauthCode := "server_error"
	switch {
	case errors.Is(err, errTooLarge):
		status, code, message, oauthCode = http.StatusRequestEntityTooLarge, "request_too_large", errTooLarge.Error(), "invalid_request"
	case errors.Is(err, errMalformed):
		status, code, message, oauthCode = http.StatusBadRequest, "invalid_request_body", err.Error(), "invalid_request"
	}
	if c.isOAuth() {
		return answer{status: status, header: noStore(), body: &oauthProblem{Code: oauthCode, Description: describable(message)}}
	}
	return answer{status: status, body: &problem{Code: code, Message: message}}
}

// allowedMethods are those that a request may have, whatever it is for.
const allowedMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

// isOAuth tells a call whose errors are RFC 6749's, not WorkOS's.
func (c *call) isOAuth() bool { return strings.HasPrefix(mergeSlashes(c.http.URL.Path), "/oauth2/") }

// notFound makes the answer for an id that nobody knows: the one in the path.
func notFound(kind string) func(*call) (answer, error) {
	return func(c *call) (answer, error) { return answer{}, errEntityNotFound(kind, c.param()) }
}

// WriteUnavailable answers 503 in the shape of WorkOS's REST API, for a server that cannot serve at all.
func WriteUnavailable(w http.ResponseWriter, message string) error {
	return writeFailure(w, http.StatusServiceUnavailable, &problem{Message: message, Code: "unavailable"})
}

// errUnreachable says that the upstream did not answer, with the status 502, 503 or 504.
func errUnreachable(status int) *problem {
	return &problem{status: status, Message: "WorkOS could not be reached.", Code: "upstream_unreachable"}
}

// WriteUnreachable answers for an upstream that did not, in the shape of WorkOS's REST API.
func WriteUnreachable(w http.ResponseWriter, status int) error {
	return writeFailure(w, status, errUnreachable(status))
}

func writeFailure(w http.ResponseWriter, status int, p *problem) error {
	body, err := answer{body: p}.encode()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set(source.Header, source.Emulator)
	w.WriteHeader(status)
	_, err = w.Write(body)
	return err
}
