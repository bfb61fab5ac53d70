package authenticate

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/onetimecode"
	"github.com/caddy-workos/caddy-workos/emulator/session"
)

// refuse returns a 400 in the shape of RFC 6749.
func refuse(code, description string) error {
	return &api.OAuthError{Status: http.StatusBadRequest, Code: code, Description: description}
}

func invalidClient(description string) error { return refuse("invalid_client", description) }

// invalidCredentials is the error for a wrong password, and for an address that no user has.
func (h *Handler) invalidCredentials(email string) error {
	const longest = 320 // of an address (RFC 3696 erratum 1690)
	message := "Invalid credentials."
	if len(email) <= longest && h.Keys.MayShow(email) {
		message = fmt.Sprintf("Invalid credentials for '%s'.", email)
	}
	return api.BadRequest("invalid_credentials", message)
}

// invalidCode is the error for a code that is unknown, has expired, was used, or is of another client, and for a wrong verifier.
func (h *Handler) invalidCode(code string) error {
	return refuse("invalid_grant", fmt.Sprintf("The code %shas expired or is invalid.", h.quoted(code)))
}

// invalidPendingToken is the error for a pending token that is unknown, has expired, was used, is of another client, or for another step.
func (h *Handler) invalidPendingToken(token string) error {
	return api.BadRequest("invalid_pending_authentication_token",
		fmt.Sprintf("The pending_authentication_token %shas expired or is invalid.", h.quoted(token)))
}

// quoted quotes a token that is of no use, with a space after it. It returns nothing where the value may be another secret.
func (h *Handler) quoted(token string) string {
	if !h.Keys.MayShowToken(token) {
		return ""
	}
	return api.Quoted(token) + " "
}

var errNotMember = refuse("organization_membership_not_found", "The user is not an active member of the organization.")

// refreshErrors are the answers to the errors of [session.Sessions.Refresh].
var refreshErrors = map[error]error{
	session.ErrInvalid:        refuse("invalid_grant", "Invalid refresh token."),
	session.ErrExchanged:      refuse("invalid_grant", "Refresh token already exchanged."),
	session.ErrEnded:          refuse("invalid_grant", "Session has already ended."),
	session.ErrNotMember:      errNotMember,
	session.ErrNoOrganization: refuse("organization_not_found", "The organization was not found."),
}

// answerToRefresh returns the answer to an error of a refresh.
func answerToRefresh(err error) error {
	for known, answer := range refreshErrors {
		if errors.Is(err, known) {
			return answer
		}
	}
	return err
}

// answerToCode returns the answer to a one-time code that was refused.
func answerToCode(err error) error {
	switch {
	case errors.Is(err, onetimecode.ErrIncorrect):
		return api.BadRequest("invalid_one_time_code", "The code is incorrect.")
	case errors.Is(err, onetimecode.ErrExpired):
		return api.BadRequest("one_time_code_expired", "The code has expired.")
	case errors.Is(err, onetimecode.ErrUsed):
		return api.BadRequest("one_time_code_previously_used", "The code was used before.")
	case errors.Is(err, onetimecode.ErrTooMany):
		return api.BadRequest("one_time_code_too_many_attempts", "There were too many attempts with a wrong code. Ask for a new code.")
	}
	return err
}
