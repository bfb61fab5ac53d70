package emulator

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/help"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
)

// answerTo returns the answer to an error in the shape of the call's endpoint: WorkOS's, or RFC 6749's.
func (c *call) answerTo(err error) api.Answer {
	return api.AnswerTo(problemOf(err), c.request.IsOAuth())
}

// problemOf turns the errors of the packages guard and upstream into errors of the API. Any other error stays as it is.
func problemOf(err error) error {
	var finding *guard.Finding
	var unreadable *guard.UnreadableError
	switch {
	case errors.As(err, &finding):
		return localSecret(finding.Place)
	case errors.As(err, &unreadable):
		return unreadableBody(unreadable)
	case errors.Is(err, upstream.ErrNoAccess):
		return api.Unauthorized()
	case errors.Is(err, upstream.ErrCutOff):
		return api.Unreachable(http.StatusBadGateway)
	}
	return err
}

// checkTarget returns the error for a request that is neither answered nor passed on, for any caller: TRACE, CONNECT, and a
// target that is not a path. It returns nil for any other request.
func checkTarget(r *http.Request) error {
	switch {
	case realkey.IsTrace(r.Method):
		return &api.Problem{
			Status:  http.StatusMethodNotAllowed,
			Message: "TRACE is not answered, and not passed on: its answer would repeat the keys of the request.",
			Code:    "method_not_allowed",
		}
	case r.Method == http.MethodConnect: // WorkOS offers no tunnel, and the guard could not inspect it
		return &api.Problem{
			Status:  http.StatusMethodNotAllowed,
			Message: "CONNECT is not answered, and not passed on: what goes through a tunnel cannot be looked at.",
			Code:    "method_not_allowed",
		}
	case r.URL.Opaque != "": // such as mailto:a, which would be sent as it came, and may name another host
		return &api.Problem{
			Status:  http.StatusBadRequest,
			Message: "The request target is no path. Ask for a path, such as /organizations.",
			Code:    "invalid_request_target",
			OAuth:   "invalid_request",
		}
	}
	return nil
}

// localSecret returns the 403 `local_secret` for a request that contains a local secret and would be sent to the upstream. It names
// the place of the secret, and never the secret.
func localSecret(place string) error {
	return &api.Problem{
		Status: http.StatusForbidden,
		Message: "The request holds a secret of the emulator in its " + place + ", and would be sent to the real WorkOS. Take it out. " +
			"A key that may act for the real one belongs into the header Authorization, as Bearer, or into client_secret where WorkOS takes the API key." + help.LocalSecret.See(),
		Code:  "local_secret",
		OAuth: "access_denied",
	}
}

// unreadableBody returns the 400 `unreadable_body` for a request that cannot be inspected, so that it may contain a local secret.
func unreadableBody(e *guard.UnreadableError) error {
	return &api.Problem{
		Status:  http.StatusBadRequest,
		Message: fmt.Sprintf("The %s of the request cannot be read, and may hold a secret of the emulator: %v.", e.Place, e.Why) + help.UnreadableBody.See(),
		Code:    "unreadable_body",
		OAuth:   "invalid_request",
	}
}
