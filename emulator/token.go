package emulator

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// accessTokenClaims are the claims of an M2M access token (WORKOS.md, "M2M access token"), times in Unix seconds.
type accessTokenClaims struct {
	Issuer         string   `json:"iss"`
	Audience       string   `json:"aud"`
	Subject        string   `json:"sub"`
	ClientID       string   `json:"client_id"`
	OrganizationID string   `json:"org_id,omitempty"`
	Scope          string   `json:"scope"`
	Scopes         []string `json:"scp,omitzero"`
	ID             string   `json:"jti"`
	IssuedAt       int64    `json:"iat"`
	ExpiresAt      int64    `json:"exp"`
}

// tokenResponse is RFC 6749 §5.1's.
type tokenResponse struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int64  `json:"expires_in"`
	TokenType   string `json:"token_type"`
	Scope       string `json:"scope"`
}

const clientCredentials = "client_credentials"

// otherGrants are those that production knows beside client_credentials, for applications of other types.
var otherGrants = []string{"authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"}

func (c *call) tokenClientIsLocal() (bool, error) {
	p := c.present()
	// A local secret under an unknown client_id is a slip of the caller's, and stays here as well.
	if p.local || p.retired || slices.ContainsFunc(p.secrets, c.emulator.Secrets.Knows) {
		return true, nil
	}
	return false, p.unclear
}

// issueToken answers POST /oauth2/token for a local client (RFC 6749 §4.4, §5.2).
func (c *call) issueToken() (answer, error) {
	p, err := c.validClient()
	if err != nil {
		return answer{}, err
	}
	grant := p.one("grant_type")
	if err := checkGrant(grant); err != nil {
		return answer{}, err
	}
	if p.local && len(p.secrets) == 0 && grant != clientCredentials {
		return answer{}, errNotEmulatedGrant(p.application, grant) // to a public client as well, which has no secret to show
	}
	app, secret, err := c.authenticate(p)
	if err != nil {
		return answer{}, err
	}
	if grant != clientCredentials {
		return answer{}, errNotEmulatedGrant(app, grant)
	}
	minted, err := c.emulator.mint(app, p.one("scope"), c.issuer(), c.now)
	var refused refusedScope
	if errors.As(err, &refused) {
		return answer{}, c.emulator.errInvalidScope(refused)
	}
	if err != nil {
		return answer{}, err
	}
	secret.Used(c.now)
	return answer{status: http.StatusOK, header: noStore(), body: minted}, nil
}

// Mint returns the access token that the token endpoint would give an application now, without its secret. The scope is
// that of the request, and empty for all that the application has. Options.Issuer or PublicURL
// is required.
func (e *Emulator) Mint(app store.Application, scope string) (string, error) {
	issuer := firstOf(e.Issuer, e.PublicURL)
	if issuer == "" {
		return "", errors.New("emulator: Mint requires Issuer or PublicURL")
	}
	minted, err := e.mint(app, scope, issuer, e.Now())
	return minted.AccessToken, err
}

func (e *Emulator) mint(app store.Application, scope, issuer string, now time.Time) (tokenResponse, error) {
	if app.Type != store.M2M {
		return tokenResponse{}, errNotM2M(app)
	}
	scopes, refused := narrow(app.Scopes, scope)
	if refused != "" {
		return tokenResponse{}, refusedScope(refused)
	}
	claims, err := e.claims(app, scopes, issuer, now)
	if err != nil {
		return tokenResponse{}, err
	}
	token, err := e.signingKey().Sign(claims)
	if err != nil {
		return tokenResponse{}, err
	}
	return tokenResponse{
		AccessToken: token,
		ExpiresIn:   claims.ExpiresAt - claims.IssuedAt,
		TokenType:   "bearer",
		Scope:       claims.Scope,
	}, nil
}

// errNotM2M refuses the client credentials grant.
func errNotM2M(app store.Application) error {
	return errOAuth(http.StatusBadRequest, "unauthorized_client", fmt.Sprintf(
		"An application of type %s may not use the grant type %s: that is for applications of type %s.", app.Type, clientCredentials, store.M2M))
}

// errNotEmulatedGrant refuses a grant that the real WorkOS has, to an application that is local.
func errNotEmulatedGrant(app store.Application, grant string) error {
	description := fmt.Sprintf("The grant type %s is not emulated, and this application is local.", grant)
	if app.Type == store.M2M {
		description += fmt.Sprintf(" An application of type %s uses %s.", app.Type, clientCredentials)
	} else {
		description += " Log in with an application that is not in the seed: its requests go on to the real WorkOS, or are replayed."
	}
	return errOAuth(http.StatusBadRequest, "unauthorized_client", description)
}

// refusedScope is the error of a requested scope that is not one of the application's. It does not name it.
type refusedScope string

func (refusedScope) Error() string { return "A requested scope is not one of the application's." }

// errInvalidScope is the answer to it, which names the scope unless that may be a secret.
func (e *Emulator) errInvalidScope(scope refusedScope) error {
	description := scope.Error()
	if e.mayShow(string(scope)) {
		description = fmt.Sprintf("The scope %s is not one of the application's.", shown(string(scope)))
	}
	return errOAuth(http.StatusBadRequest, "invalid_scope", description)
}

func checkGrant(grant string) error {
	switch {
	case grant == "":
		return errInvalidRequest("The parameter grant_type is missing from the body.")
	case grant != clientCredentials && !slices.Contains(otherGrants, grant):
		return errOAuth(http.StatusBadRequest, "unsupported_grant_type", "The grant type is not supported.")
	}
	return nil
}

// narrow returns the scopes to grant: those requested, each once, or all of the application's where none is requested. refused
// is the first one that is not the application's.
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

// claims returns what an application's token says. Nothing of it but the scopes, and an issuer that is not configured,
// comes from the request.
func (e *Emulator) claims(app store.Application, scopes []string, issuer string, now time.Time) (accessTokenClaims, error) {
	jti, err := id.NewBare(now, e.Random)
	if err != nil {
		return accessTokenClaims{}, err
	}
	ttl := e.TokenTTL
	if app.TokenTTL > 0 {
		ttl = app.TokenTTL
	}
	claims := accessTokenClaims{
		Issuer:         issuer,
		Audience:       firstOf(app.Audience, e.Audience, app.ClientID),
		Subject:        app.ClientID,
		ClientID:       app.ClientID,
		OrganizationID: app.OrganizationID,
		Scope:          strings.Join(scopes, " "),
		Scopes:         scopes,
		ID:             jti,
		IssuedAt:       now.Unix(),
		ExpiresAt:      now.Add(ttl).Unix(),
	}
	if e.ProductionClaims {
		claims.Scopes = nil
	}
	return claims, nil
}

func firstOf(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}
