package sso

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/requestbody"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

// tokenTTL is how long an access token of the SSO API is valid (LOGIN.md §7).
const tokenTTL = 600 // seconds

// tokenBody is the answer of POST /sso/token.
type tokenBody struct {
	AccessToken string      `json:"access_token"`
	TokenType   string      `json:"token_type"`
	ExpiresIn   int         `json:"expires_in"`
	Profile     profileBody `json:"profile"`
}

// parameters returns the parameters of a request: of its body or, where that is empty, of its query. Clients use either (LOGIN.md §0). The
// error is one of what cannot be read.
func parameters(r *api.Request) (api.Parameters, error) {
	content, err := r.Body.Content()
	if err != nil {
		return api.Parameters{}, err
	}
	var p api.Parameters
	if len(content) == 0 {
		p, err = api.ReadParameters([]byte(r.RawQuery()), false)
	} else {
		p, err = api.ReadParameters(content, r.IsJSON())
	}
	if errors.Is(err, requestbody.ErrMalformed) {
		err = api.InvalidRequest(err.Error())
	}
	for _, name := range []string{"client_id", "client_secret", "code", "code_verifier", "grant_type"} {
		err = cmp.Or(err, p.Wrong[name])
	}
	return p, err
}

// isLocalCode reports whether a code is one of this program, in any process.
func isLocalCode(r *api.Request) (bool, error) {
	p, err := parameters(r)
	if slices.ContainsFunc(p.Values["code"], credential.IsMarked) {
		return true, nil
	}
	return false, err
}

func refuse(code, description string) error {
	return &api.OAuthError{Status: http.StatusBadRequest, Code: code, Description: description}
}

// token answers POST /sso/token. It answers a code that is not of this program too, where there is no next handler.
func (h *Handler) token(r *api.Request) (api.Answer, error) {
	a, err := h.exchange(r)
	if err != nil {
		return api.AnswerTo(err, true), nil
	}
	return a, nil
}

func (h *Handler) exchange(r *api.Request) (api.Answer, error) {
	p, err := parameters(r)
	if err != nil {
		return api.Answer{}, err
	}
	for _, name := range []string{"client_id", "grant_type", "code"} {
		if p.One(name) == "" {
			return api.Answer{}, api.InvalidRequest("Missing required parameter: " + name)
		}
	}
	if p.One("grant_type") != "authorization_code" {
		return api.Answer{}, refuse("unsupported_grant_type", "The grant_type must be authorization_code.")
	}
	if err := h.checkClient(r, p); err != nil {
		return api.Answer{}, err
	}
	token, err := credential.NewToken(h.Random)
	if err != nil {
		return api.Answer{}, err
	}
	body := tokenBody{AccessToken: token, TokenType: "Bearer", ExpiresIn: tokenTTL}
	err = h.Store.Update(func(tx *store.Txn) error {
		body.Profile, err = h.spend(r, tx, p, token)
		return err
	})
	if err != nil {
		return api.Answer{}, err
	}
	return api.Answer{Status: http.StatusOK, Header: api.NoStore(), Body: body}, nil
}

// checkClient checks the client ID, and the secret, which is an API key of the environment. A client without one has a code_verifier.
func (h *Handler) checkClient(r *api.Request, p api.Parameters) error {
	const message = "Invalid client ID or secret."
	if !h.Clients.Known(r.View, p.One("client_id")) {
		return refuse("invalid_client", message)
	}
	secret := p.One("client_secret")
	if secret == "" {
		if p.One("code_verifier") == "" {
			return api.InvalidRequest("Missing required parameter: client_secret, or code_verifier of a client without a secret")
		}
		return nil
	}
	holder, key := h.Keys.Holder(r.View, secret, r.Now)
	if holder.Access != guard.AccessLocal && holder.Access != guard.AccessFull {
		return refuse("invalid_client", message)
	}
	key.Used(r.Now)
	return nil
}

// spend exchanges a code, once, and stores the access token.
func (h *Handler) spend(r *api.Request, tx *store.Txn, p api.Parameters, token string) (profileBody, error) {
	code, verifier := p.One("code"), p.One("code_verifier")
	found, ok := signin.CodeOf(tx, code, p.One("client_id"), r.Now)
	switch {
	case !ok,
		found.Challenge != "" && !signin.Verifies(found.Challenge, verifier),
		found.Challenge == "" && verifier != "":
		return profileBody{}, h.invalidCode(code)
	}
	profile, err := login{found.ConnectionID, found.ProfileID, found.UserID, found.Method}.profile(tx)
	if errors.Is(err, errGone) {
		return profileBody{}, h.invalidCode(code)
	}
	if err != nil {
		return profileBody{}, err
	}
	if err := signin.SpendCode(tx, found); err != nil {
		return profileBody{}, err
	}
	return profile, tx.InsertProfileToken(store.ProfileToken{
		Meta:         store.Meta{ID: store.TokenID(token), CreatedAt: r.Now, UpdatedAt: r.Now},
		ConnectionID: found.ConnectionID, ProfileID: found.ProfileID, UserID: found.UserID, Method: found.Method,
		ExpiresAt: r.Now.Add(tokenTTL * time.Second),
	})
}

func (h *Handler) invalidCode(code string) error {
	if !h.Keys.MayShowToken(code) {
		return refuse("invalid_grant", "The code has expired or is invalid.")
	}
	return refuse("invalid_grant", "The code "+api.Quoted(code)+" has expired or is invalid.")
}
