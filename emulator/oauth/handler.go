package oauth

import (
	"io"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/store"
)

// Handler answers the OAuth endpoints. Signer, Keys, TokenTTL, KnownClient and Random are required.
type Handler struct {
	// Signer signs tokens.
	Signer *Signer
	// Keys has the local secrets and API keys, which no error shows.
	Keys *guard.Keys
	// TokenTTL is the lifetime of tokens of applications that have none of their own.
	TokenTTL time.Duration
	// Audience is the `aud` of tokens of applications that have none of their own. Default: the application's client_id.
	Audience string
	// ProductionClaims leaves out the `scp` claim.
	ProductionClaims bool
	// VaryByForwarded is set where the addresses in documents depend on the header fields X-Forwarded-*.
	VaryByForwarded bool
	// KnownClient reports whether there is a client ID, for the discovery documents of clients.
	KnownClient func(tx *store.Txn, clientID string) bool
	// Random is the source of the `jti` of tokens.
	Random io.Reader
}

// TokenGroup is the name of the group of the token endpoint.
const TokenGroup = "token"

// Groups returns the groups of the OAuth endpoints.
func (h *Handler) Groups() []api.Group {
	return []api.Group{
		{Name: TokenGroup, Routes: []api.Route{{
			Method: "POST", Pattern: "/oauth2/token", Rule: api.ByCredentials,
			Local: h.tokenClientIsLocal, Serve: h.issueToken, Unanswered: h.refuseTokenRequest,
		}}},
		{Name: "jwks", Routes: []api.Route{
			{Method: "GET", Pattern: "/oauth2/jwks", Rule: api.Always, Serve: h.jwks},
			{Method: "GET", Pattern: "/sso/jwks/{clientId}", Rule: api.Always, Serve: h.jwks},
		}},
		{Name: "discovery", Routes: []api.Route{
			{Method: "GET", Pattern: "/.well-known/openid-configuration", Rule: api.Always, Serve: h.openIDConfiguration},
			{Method: "GET", Pattern: "/.well-known/oauth-authorization-server", Rule: api.Always, Serve: h.authorizationServer},
			{Method: "GET", Pattern: "/user_management/{clientId}/.well-known/openid-configuration", Rule: api.Always,
				Serve: h.userManagementConfiguration},
		}},
		{Name: "introspection", Routes: []api.Route{{
			Method: "POST", Pattern: "/oauth2/introspection", Rule: api.ByCredentials,
			Local: h.introspectingClientIsLocal, Serve: h.introspect, Unanswered: h.refuseIntrospection,
		}}},
	}
}
