package authenticate

import (
	"cmp"
	"errors"
	"sync"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/onetimecode"
	"github.com/caddy-workos/caddy-workos/emulator/password"
	"github.com/caddy-workos/caddy-workos/emulator/resource"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

// byCode exchanges an authorization code. A client without a secret must have sent a challenge with the authorization request, and proves
// by the verifier that it is the same.
func (h *Handler) byCode(r *api.Request, p request) (api.Answer, error) {
	code, verifier := p.One("code"), p.One("code_verifier")
	if p.One("client_secret") == "" && verifier == "" {
		return api.Answer{}, api.InvalidRequest("Missing required parameter: client_secret, or code_verifier of a client without a secret")
	}
	return h.proceed(r, func(tx *store.Txn) (store.Attempt, error) {
		found, ok := signin.CodeOf(tx, code, p.One("client_id"), r.Now)
		switch {
		case !ok:
			return store.Attempt{}, h.invalidCode(code)
		case verifier != "" && found.Challenge == "":
			return store.Attempt{}, api.BadRequest("code_challenge_not_found", "The authorization request of the code had no code_challenge.")
		case found.Challenge != "" && !signin.Verifies(found.Challenge, verifier):
			return store.Attempt{}, h.invalidCode(code)
		}
		if err := signin.SpendCode(tx, found); err != nil {
			return store.Attempt{}, err
		}
		user, err := h.SignIn.UserOf(tx, found, r.Now)
		if errors.Is(err, store.ErrNotFound) {
			return store.Attempt{}, h.invalidCode(code)
		}
		if err != nil {
			return store.Attempt{}, err
		}
		a := p.attempt(user, found.Method)
		a.Chosen, a.OrganizationID, a.InvitationID = true, found.OrganizationID, found.InvitationID
		a.IPAddress, a.UserAgent = cmp.Or(a.IPAddress, found.IPAddress), cmp.Or(a.UserAgent, found.UserAgent)
		return a, invite(tx, r, p, &a)
	})
}

// invite notes the invitation of a request in its login, if it has one.
func invite(tx *store.Txn, r *api.Request, p request, a *store.Attempt) error {
	return resource.InvitationRefused(signin.Invite(tx, a, p.One("invitation_token"), r.Now))
}

// decoy is compared with where there is no password, so that the answer takes as long.
var decoy = sync.OnceValues(func() (store.Password, error) { return password.New("") })

// byPassword checks a password. A user without a password, and an unknown address, are answered as a wrong password is.
func (h *Handler) byPassword(r *api.Request, p request) (api.Answer, error) {
	address := p.One("email")
	user, _ := h.Store.View().UserByEmail(address)
	stored, err := user.Password, error(nil)
	if stored == nil {
		if stored, err = decoy(); err != nil {
			return api.Answer{}, err
		}
	}
	// Hashing takes long, so it is done outside of the transaction.
	if !stored.Matches(p.One("password")) || user.Password == nil {
		return api.Answer{}, h.invalidCredentials(address)
	}
	return h.proceed(r, func(tx *store.Txn) (store.Attempt, error) {
		if now, ok := store.Users.Get(tx, user.ID); !ok || now.Password != user.Password {
			return store.Attempt{}, h.invalidCredentials(address) // changed since
		}
		a := p.attempt(user, session.Password)
		return a, invite(tx, r, p, &a)
	})
}

// byMagicAuth checks a code that was sent to an address, which is thereby verified.
func (h *Handler) byMagicAuth(r *api.Request, p request) (api.Answer, error) {
	return h.proceed(r, func(tx *store.Txn) (store.Attempt, error) {
		user, err := onetimecode.UseMagicAuth(tx, p.One("email"), p.One("code"), r.Now)
		if err != nil {
			return store.Attempt{}, err
		}
		a := p.attempt(user, session.MagicAuth)
		return a, invite(tx, r, p, &a)
	})
}

// byRefreshToken exchanges a refresh token.
func (h *Handler) byRefreshToken(r *api.Request, p request) (api.Answer, error) {
	asked := session.Refresh{Token: p.One("refresh_token"), ClientID: p.One("client_id"), OrganizationID: p.One("organization_id")}
	a, err := h.Sessions.Refresh(r, asked, func(tx *store.Txn, s store.Session, pair session.Pair) (any, error) {
		user, ok := store.Users.Get(tx, s.UserID)
		if !ok {
			return nil, session.ErrInvalid
		}
		return authenticationOf(user, s, pair), nil
	})
	return a, answerToRefresh(err)
}
