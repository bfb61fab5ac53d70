package resource

import (
	"errors"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/email"
	"github.com/caddy-workos/caddy-workos/emulator/onetimecode"
	"github.com/caddy-workos/caddy-workos/store"
)

var emailVerificationKind = kind[store.EmailVerification, codeBody]{
	name: "EmailVerification", table: store.EmailVerifications, find: store.EmailVerifications.Get,
	wire: func(e store.EmailVerification) codeBody { return codeWire("email_verification", e.Meta, e.OneTimeCode) },
}

func emailVerificationRoutes(s *Service) []api.Route {
	h := emailVerificationHandler{s}
	return []api.Route{
		emailVerificationKind.getRoute("/user_management/email_verification/{id}"),
		userKind.byID("POST", "/user_management/users/{id}/email_verification/send", h.send),
		userKind.byID("POST", "/user_management/users/{id}/email_verification/confirm", h.confirm),
	}
}

type emailVerificationHandler struct{ *Service }

// ofUser is an answer that is about a user.
type ofUser struct {
	User User `json:"user"`
}

// send sends a code to the user's address. The answer does not have it: the email has.
func (h emailVerificationHandler) send(r *api.Request) (api.Answer, error) {
	var user store.User
	err := userKind.change(h.Service, r, func(tx *store.Txn) error {
		var found bool
		if user, found = store.Users.Get(tx, r.Param()); !found {
			return store.ErrNotFound
		}
		if user.EmailVerified {
			return api.BadRequest("email_already_verified", "Email has already been verified.")
		}
		_, err := onetimecode.NewEmailVerification(tx, user, r.Now, h.Random)
		return err
	})
	if err != nil {
		return api.Answer{}, err
	}
	email.Log(h.Logger, email.EmailVerification, user.ID)
	return api.OK(ofUser{UserWire(user)})
}

func (h emailVerificationHandler) confirm(r *api.Request) (api.Answer, error) {
	code, err := requiredText(r, "code")
	if err != nil {
		return api.Answer{}, err
	}
	var user store.User
	var refused error
	err = userKind.change(h.Service, r, func(tx *store.Txn) error {
		if u, found := store.Users.Get(tx, r.Param()); found && u.EmailVerified {
			return api.BadRequest("email_previously_verified", "Email has already been verified.")
		}
		user, err = onetimecode.UseEmailVerification(tx, r.Param(), code, r.Now)
		if onetimecode.Refused(err) {
			refused = err
			return nil // the wrong try counts
		}
		return err
	})
	switch {
	case err != nil:
		return api.Answer{}, err
	case refused != nil:
		return api.Answer{}, verificationError(refused)
	}
	return api.OK(ofUser{UserWire(user)})
}

// verificationError is the 400 for a code that is refused (LOGIN.md §5, "email verification"). WorkOS has no code of its own for too many
// wrong ones.
func verificationError(refused error) error {
	switch {
	case errors.Is(refused, onetimecode.ErrUsed):
		return api.BadRequest("email_verification_code_previously_used", "Email verification code was previously used.")
	case errors.Is(refused, onetimecode.ErrExpired):
		return api.BadRequest("email_verification_code_expired", "Email verification code has expired.")
	case errors.Is(refused, onetimecode.ErrTooMany):
		return api.BadRequest("email_verification_code_expired", "Email verification code is no longer valid: there were too many wrong ones.")
	}
	return api.BadRequest("email_verification_code_incorrect", "Email verification code is incorrect.")
}
