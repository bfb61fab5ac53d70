package resource

import (
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/email"
	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/invitation"
	"github.com/caddy-workos/caddy-workos/emulator/onetimecode"
	"github.com/caddy-workos/caddy-workos/store"
)

// codeBody is what WorkOS's `magic_auth` and `email_verification` have in common, which is all (LOGIN.md §5).
type codeBody struct {
	Object    string        `json:"object"`
	ID        string        `json:"id"`
	UserID    string        `json:"user_id"`
	Email     string        `json:"email"`
	ExpiresAt api.Timestamp `json:"expires_at"`
	Code      string        `json:"code"`
	CreatedAt api.Timestamp `json:"created_at"`
	UpdatedAt api.Timestamp `json:"updated_at"`
}

func codeWire(object string, m store.Meta, c store.OneTimeCode) codeBody {
	return codeBody{
		Object:    object,
		ID:        m.ID,
		UserID:    c.UserID,
		Email:     c.Email,
		ExpiresAt: api.Timestamp(c.ExpiresAt),
		Code:      c.Code,
		CreatedAt: api.Timestamp(m.CreatedAt),
		UpdatedAt: api.Timestamp(m.UpdatedAt),
	}
}

var magicAuthKind = kind[store.MagicAuth, codeBody]{
	name: "MagicAuth", table: store.MagicAuths, find: store.MagicAuths.Get,
	wire: func(m store.MagicAuth) codeBody { return codeWire("magic_auth", m.Meta, m.OneTimeCode) },
}

func magicAuthRoutes(s *Service) []api.Route {
	h := magicAuthHandler{s}
	return []api.Route{
		{Method: "POST", Pattern: "/user_management/magic_auth", Rule: api.ByID, Local: h.isLocal, Serve: h.create, Creates: true, Unanswered: h.create},
		magicAuthKind.getRoute("/user_management/magic_auth/{id}"),
	}
}

type magicAuthHandler struct{ *Service }

// isLocal reports whether the address is that of a local user, or a new one that becomes a local user.
func (h magicAuthHandler) isLocal(r *api.Request) (bool, error) {
	in, err := r.Input()
	if err != nil {
		return false, err
	}
	_, found := r.View.UserByEmail(in.Text("email"))
	return found || h.CreateLocal || credential.IsMarked(in.Text("invitation_token")), nil
}

// create makes a code, and the user where the address is new.
func (h magicAuthHandler) create(r *api.Request) (api.Answer, error) {
	in, err := r.Input()
	if err != nil {
		return api.Answer{}, err
	}
	address, token := requiredEmail(in), in.Text("invitation_token")
	for _, ignored := range []string{"ip_address", "user_agent", "radar_auth_attempt_id", "signals_id"} { // what they are for is not emulated
		in.Text(ignored)
	}
	if in.Count() == 0 {
		in.Check("email", field.Email(address))
	}
	if err := in.Err(); err != nil {
		return api.Answer{}, err
	}
	if err := checkInvitation(r, token, address); err != nil {
		return api.Answer{}, err
	}
	var made store.MagicAuth
	err = h.Store.Update(func(tx *store.Txn) error {
		user, err := h.userOf(tx, r, address)
		if err != nil {
			return err
		}
		made, err = onetimecode.NewMagicAuth(tx, user, r.Now, h.Random)
		return err
	})
	if err != nil {
		return api.Answer{}, err
	}
	email.Log(h.Logger, email.MagicAuth, made.UserID)
	return api.Created(magicAuthKind.wire(made))
}

// userOf returns the user with an address. It creates one where the address is new.
func (h magicAuthHandler) userOf(tx *store.Txn, r *api.Request, address string) (store.User, error) {
	if user, found := tx.UserByEmail(address); found {
		return user, nil
	}
	meta, err := h.newMeta(r, id.User)
	if err != nil {
		return store.User{}, err
	}
	user := store.User{Meta: meta, Email: address}
	return user, store.Users.Insert(tx, user)
}

// checkInvitation returns why the token of an invitation, which is optional, is no good for an address.
func checkInvitation(r *api.Request, token, address string) error {
	if token == "" {
		return nil
	}
	_, err := invitation.Find(r.View, token, address, r.Now)
	return InvitationRefused(err)
}

// InvitationRefused returns the 400 for a login whose invitation cannot be used. It returns any other error, and nil, as it is.
func InvitationRefused(err error) error {
	code, description := invitation.Refusal(err)
	if code == "" {
		return err
	}
	return &api.OAuthError{Status: http.StatusBadRequest, Code: code, Description: description}
}
