package resource

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/email"
	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/onetimecode"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/store"
)

// passwordResetTTL is how long the token of a password reset is valid (LOGIN.md §5).
const passwordResetTTL = 15 * time.Minute

// passwordResetBody is WorkOS's `password_reset`, which has no updated_at.
type passwordResetBody struct {
	Object    string        `json:"object"`
	ID        string        `json:"id"`
	UserID    string        `json:"user_id"`
	Email     string        `json:"email"`
	Token     string        `json:"password_reset_token"`
	URL       string        `json:"password_reset_url"`
	ExpiresAt api.Timestamp `json:"expires_at"`
	CreatedAt api.Timestamp `json:"created_at"`
}

func passwordResetWire(p store.PasswordReset) passwordResetBody {
	return passwordResetBody{
		Object:    "password_reset",
		ID:        p.ID,
		UserID:    p.UserID,
		Email:     p.Email,
		Token:     p.Token,
		URL:       p.URL,
		ExpiresAt: api.Timestamp(p.ExpiresAt),
		CreatedAt: api.Timestamp(p.CreatedAt),
	}
}

var passwordResetKind = kind[store.PasswordReset, passwordResetBody]{
	name: "PasswordReset", table: store.PasswordResets, find: store.PasswordResets.Get, wire: passwordResetWire,
}

func passwordResetRoutes(s *Service) []api.Route {
	h := passwordResetHandler{s}
	return []api.Route{
		{Method: "POST", Pattern: "/user_management/password_reset", Rule: api.ByID, Local: h.isLocal, Serve: h.create, Creates: true, Unanswered: h.create},
		{Method: "POST", Pattern: "/user_management/password_reset/confirm", Rule: api.BySecret, Local: h.tokenIsLocal, Serve: h.confirm, Unanswered: h.confirm},
		passwordResetKind.getRoute("/user_management/password_reset/{id}"),
	}
}

type passwordResetHandler struct{ *Service }

// isLocal reports whether the address is that of a local user.
func (h passwordResetHandler) isLocal(r *api.Request) (bool, error) {
	in, err := r.Input()
	if err != nil {
		return false, err
	}
	_, found := r.View.UserByEmail(in.Text("email"))
	return found, nil
}

func (h passwordResetHandler) create(r *api.Request) (api.Answer, error) {
	in, err := r.Input()
	if err != nil {
		return api.Answer{}, err
	}
	address := requiredEmail(in)
	if in.Count() == 0 {
		in.Check("email", field.Email(address))
	}
	if err := in.Err(); err != nil {
		return api.Answer{}, err
	}
	p := store.PasswordReset{ExpiresAt: r.Now.Add(passwordResetTTL)}
	if p.Meta, err = h.newMeta(r, id.PasswordReset); err != nil {
		return api.Answer{}, err
	}
	if p.Token, err = credential.NewToken(h.Random); err != nil {
		return api.Answer{}, err
	}
	p.URL = r.BaseURL() + email.PasswordResetPath + "?" + url.Values{"token": {p.Token}}.Encode()
	err = h.Store.Update(func(tx *store.Txn) error {
		user, found := tx.UserByEmail(address)
		if !found {
			return api.NotFound("User", address)
		}
		p.UserID, p.Email = user.ID, user.Email
		if err := tx.InsertPasswordReset(p); err != nil {
			return err
		}
		return email.Send(tx, email.Email{To: p.Email, Kind: email.PasswordReset, UserID: p.UserID, Link: p.URL}, r.Now, h.Random)
	})
	if err != nil {
		return api.Answer{}, err
	}
	email.Log(h.Logger, email.PasswordReset, p.UserID)
	return api.Created(passwordResetWire(p))
}

// tokenIsLocal reports whether the token was made here, by this process or another one. Such a token is never sent.
func (h passwordResetHandler) tokenIsLocal(r *api.Request) (bool, error) {
	in, err := r.Input()
	if err != nil {
		return false, err
	}
	return credential.IsMarked(in.Text("token")), nil
}

// confirm sets a new password. It voids all tokens of the user, verifies their address, and ends their sessions (LOGIN.md §5).
func (h passwordResetHandler) confirm(r *api.Request) (api.Answer, error) {
	in, err := r.Input()
	if err != nil {
		return api.Answer{}, err
	}
	token, text := in.RequiredText("token"), in.Text("new_password")
	if !in.Has("new_password") || in.IsNull("new_password") {
		in.Fail("new_password", "required", "new_password must not be empty")
	}
	if err := in.Err(); err != nil {
		return api.Answer{}, err
	}
	if _, err := h.resettable(r.View, token, r.Now); err != nil {
		return api.Answer{}, err
	}
	kept, err := newPassword(text, "password_reset_error")
	if err != nil {
		return api.Answer{}, err
	}
	h.guardSecret(text)
	var user store.User
	err = h.Store.Update(func(tx *store.Txn) error {
		if user, err = h.resettable(tx, token, r.Now); err != nil {
			return err
		}
		if err := tx.DeletePasswordResets(user.ID); err != nil {
			return err
		}
		if err := session.EndAllOf(tx, user.ID, r.Now); err != nil {
			return err
		}
		user, err = store.Users.Update(tx, user.ID, func(u *store.User) error {
			u.Password, u.EmailVerified, u.UpdatedAt = kept, true, r.Now
			return nil
		})
		return err
	})
	if err != nil {
		return api.Answer{}, err
	}
	return api.OK(ofUser{UserWire(user)})
}

// resettable returns the user whose password a token may set.
func (h passwordResetHandler) resettable(tx *store.Txn, token string, now time.Time) (store.User, error) {
	if user, ok := onetimecode.UserOfPasswordReset(tx, token, now); ok {
		return user, nil
	}
	message := "Could not locate user with provided token."
	if h.Keys.MayShowToken(token) {
		message = "Could not locate user with provided token: '" + cut(token) + "'"
	}
	return store.User{}, &api.Problem{Status: http.StatusNotFound, Code: "password_reset_token_not_found", Message: message}
}

// cut is a value of the caller's as a message quotes it.
func cut(value string) string {
	const most = 200
	if len(value) > most {
		return strings.ToValidUTF8(value[:most], "") + "..."
	}
	return value
}
