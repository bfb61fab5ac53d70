package oauth

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/store"
)

// TokenResponse is the answer of the token endpoint (RFC 6749 §5.1). ExpiresIn is in seconds.
type TokenResponse struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int64  `json:"expires_in"`
	TokenType   string `json:"token_type"`
	Scope       string `json:"scope"`
}

const (
	clientCredentials = "client_credentials"
	deviceCode        = "urn:ietf:params:oauth:grant-type:device_code"
)

// otherGrants are the grants that production has beside client_credentials, for applications of other types.
var otherGrants = []string{"authorization_code", "refresh_token", deviceCode}

func (h *Handler) tokenClientIsLocal(r *api.Request) (bool, error) {
	p := readClient(r)
	if h.clientIsLocal(p) {
		return true, nil
	}
	return false, p.unclear
}

// issueToken answers POST /oauth2/token for a local client (RFC 6749 §4.4, §5.2).
func (h *Handler) issueToken(r *api.Request) (api.Answer, error) {
	p := readClient(r)
	if p.invalid != nil {
		return api.Answer{}, p.invalid
	}
	grant := p.One("grant_type")
	if err := checkGrant(grant); err != nil {
		return api.Answer{}, err
	}
	if p.local && len(p.secrets) == 0 && grant != clientCredentials {
		return api.Answer{}, errNotEmulatedGrant(p.application, grant) // before authentication, as a public client has no secret
	}
	secret, err := p.authenticate(r.View)
	if err != nil {
		return api.Answer{}, err
	}
	if grant != clientCredentials {
		return api.Answer{}, errNotEmulatedGrant(p.application, grant)
	}
	minted, err := h.mint(p.application, p.One("scope"), r.Issuer(), r.Now)
	var refused refusedScope
	if errors.As(err, &refused) {
		return api.Answer{}, h.errInvalidScope(refused)
	}
	if err != nil {
		return api.Answer{}, err
	}
	secret.Used(r.Now)
	return api.Answer{Status: http.StatusOK, Header: api.NoStore(), Body: minted}, nil
}

// refuseTokenRequest answers a token request of a client that neither side knows, with 401 `invalid_client`.
func (h *Handler) refuseTokenRequest(r *api.Request) (api.Answer, error) {
	p := readClient(r)
	if p.invalid != nil {
		return api.Answer{}, p.invalid
	}
	if err := checkGrant(p.One("grant_type")); err != nil {
		return api.Answer{}, err
	}
	return api.Answer{}, p.invalidClient()
}

// Mint returns the access token that the token endpoint would issue to an application at a time. scope is the `scope` of the request;
// empty asks for all scopes of the application.
func (h *Handler) Mint(app store.Application, scope, issuer string, now time.Time) (string, error) {
	minted, err := h.mint(app, scope, issuer, now)
	return minted.AccessToken, err
}

func (h *Handler) mint(app store.Application, scope, issuer string, now time.Time) (TokenResponse, error) {
	if app.Type != store.M2M {
		return TokenResponse{}, errNotM2M(app)
	}
	scopes, refused := narrow(app.Scopes, scope)
	if refused != "" {
		return TokenResponse{}, refusedScope(refused)
	}
	claims, err := h.claims(app, scopes, issuer, now)
	if err != nil {
		return TokenResponse{}, err
	}
	token, err := h.Signer.Current().Sign(claims)
	if err != nil {
		return TokenResponse{}, err
	}
	return TokenResponse{
		AccessToken: token,
		ExpiresIn:   claims.ExpiresAt - claims.IssuedAt,
		TokenType:   "bearer",
		Scope:       claims.Scope,
	}, nil
}

// errNotM2M returns the `unauthorized_client` error of an application that may not use the client credentials grant.
func errNotM2M(app store.Application) error {
	return badRequest("unauthorized_client", fmt.Sprintf(
		"An application of type %s may not use the grant type %s: that is for applications of type %s.", app.Type, clientCredentials, store.M2M))
}

// errNotEmulatedGrant returns the `unauthorized_client` error for a grant that the real WorkOS has and the emulator lacks.
func errNotEmulatedGrant(app store.Application, grant string) error {
	description := fmt.Sprintf("The grant type %s is not emulated, and this application is local.", grant)
	if app.Type == store.M2M {
		description += fmt.Sprintf(" An application of type %s uses %s.", app.Type, clientCredentials)
	} else {
		description += " Log in with an application that is not in the seed: its requests go on to the real WorkOS, or are replayed."
	}
	return badRequest("unauthorized_client", description)
}

// refusedScope is a requested scope that the application does not have. Its message does not contain it.
type refusedScope string

func (refusedScope) Error() string { return "A requested scope is not one of the application's." }

// errInvalidScope returns the `invalid_scope` error, which names the scope unless that may be a secret.
func (h *Handler) errInvalidScope(scope refusedScope) error {
	description := scope.Error()
	if h.Keys.MayShow(string(scope)) {
		description = fmt.Sprintf("The scope %s is not one of the application's.", api.Quoted(string(scope)))
	}
	return badRequest("invalid_scope", description)
}

func checkGrant(grant string) error {
	switch {
	case grant == "":
		return api.InvalidRequest("The parameter grant_type is missing from the body.")
	case grant != clientCredentials && !slices.Contains(otherGrants, grant):
		return badRequest("unsupported_grant_type", "The grant type is not supported.")
	}
	return nil
}

// narrow returns the scopes to grant: the requested ones, each once, or all of the application's where none is requested. refused is
// the first requested scope that the application does not have.
func narrow(allowed []string, requested string) (granted []string, refused string) {
	granted = []string{}
	for scope := range strings.SplitSeq(requested, " ") {
		switch {
		case scope == "" || slices.Contains(granted, scope):
		case !slices.Contains(allowed, scope):
			return nil, scope
		default:
			granted = append(granted, scope)
		}
	}
	if len(granted) == 0 {
		return append(granted, allowed...), ""
	}
	return granted, ""
}

func badRequest(code, description string) error {
	return &api.OAuthError{Status: http.StatusBadRequest, Code: code, Description: description}
}
