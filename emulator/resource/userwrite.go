package resource

import (
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// create creates a user. What is wrong with the address or the external id is a `user_creation_error` (LOGIN.md §5).
func (h userHandler) create(r *api.Request) (api.Answer, error) {
	in, err := r.Input()
	if err != nil {
		return api.Answer{}, err
	}
	var u store.User
	u.Email = requiredEmail(in)
	change, err := userInput(in)
	if err != nil {
		return api.Answer{}, err
	}
	if field.Email(u.Email) != nil {
		return api.Answer{}, creationError(invalidEmail)
	}
	if u.Meta, err = h.newMeta(r, id.User); err != nil {
		return api.Answer{}, err
	}
	if err := change(&u); err != nil {
		return api.Answer{}, err
	}
	h.guardSecret(in.Text("password"))
	err = h.Store.Update(func(tx *store.Txn) error {
		if taken := takenOfUser(tx, u); len(taken) > 0 {
			return creationError(taken...)
		}
		return store.Users.Insert(tx, u)
	})
	if err != nil {
		return api.Answer{}, err
	}
	return api.Created(UserWire(u))
}

// createdElsewhere warns of a user whom the upstream has created with the address of a local one.
func (h userHandler) createdElsewhere(r *api.Request) func() {
	in, err := r.Input()
	if err != nil {
		return nil
	}
	local, found := r.View.UserByEmail(in.Text("email"))
	if !found {
		return nil
	}
	return func() {
		h.Logger.Warn("the upstream has created a user with the address of a local user, who signs in here in the other's place",
			zap.String("local_user", local.ID))
	}
}

func (h userHandler) update(r *api.Request) (api.Answer, error) {
	in, err := r.Input()
	if err != nil {
		return api.Answer{}, err
	}
	email, locale := in.Text("email"), in.Text("locale") // which a new user cannot be given
	change, err := userInput(in)
	if err != nil {
		return api.Answer{}, err
	}
	if in.Has("locale") && !in.IsNull("locale") && field.Locale(locale) != nil {
		return api.Answer{}, api.BadRequest("invalid_locale", "locale "+field.Locale(locale).Message+".")
	}
	if in.Has("email") && field.Email(email) != nil {
		return api.Answer{}, api.BadRequest(invalidEmail.Code, invalidEmail.Message)
	}
	h.guardSecret(in.Text("password"))
	var updated store.User
	err = userKind.change(h.Service, r, func(tx *store.Txn) error {
		u, found := store.Users.Get(tx, r.Param())
		if !found {
			return store.ErrNotFound
		}
		if in.Has("email") {
			u.EmailVerified = u.EmailVerified && store.SameEmail(u.Email, email) // another address is not verified
			u.Email = email
		}
		if in.Has("locale") {
			u.Locale = locale
		}
		if err := change(&u); err != nil {
			return err
		}
		u.UpdatedAt = r.Now
		if taken := takenOfUser(tx, u); len(taken) > 0 {
			return api.BadRequest(taken[0].Code, taken[0].Message)
		}
		updated, err = store.Users.Update(tx, u.ID, func(stored *store.User) error { *stored = u; return nil })
		return err
	})
	if err != nil {
		return api.Answer{}, err
	}
	return api.OK(UserWire(updated))
}

// What is wrong with the address or the external id of a user.
var (
	emailNotAvailable     = api.FieldError{Code: "email_not_available", Message: "This email is not available."}
	externalIDAlreadyUsed = api.FieldError{Code: "external_id_already_used", Message: "The external_id is already used by another user."}
	invalidEmail          = api.FieldError{Code: "invalid_email", Message: "Email is not a valid email address."}
)

// takenOfUser returns what another user has of what is unique.
func takenOfUser(tx *store.Txn, u store.User) (taken []api.FieldError) {
	if other, found := tx.UserByEmail(u.Email); found && other.ID != u.ID {
		taken = append(taken, emailNotAvailable)
	}
	if other, found := tx.UserByExternalID(u.ExternalID); found && other.ID != u.ID {
		taken = append(taken, externalIDAlreadyUsed)
	}
	return taken
}

func creationError(errors ...api.FieldError) error {
	return badRequestOf("user_creation_error", "Could not create user.", errors...)
}
