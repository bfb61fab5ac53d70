package oauth

import (
	"io"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
)

// Handler answers the OAuth endpoints. It lists all that they need.
type Handler struct {
	Signer *Signer
	// Keys knows the local secrets and API keys, which no error shows.
	Keys *guard.Keys
	// TokenTTL is the lifetime of tokens, and Audience their `aud`, of applications that have none of their own. An empty Audience
	// stands for the application's client_id.
	TokenTTL time.Duration
	Audience string
	// ProductionClaims leaves out the `scp` claim.
	ProductionClaims bool
	// VaryByForwarded tells that addresses in documents depend on what proxies say in X-Forwarded-*.
	VaryByForwarded bool
	Random          io.Reader
}

// TokenGroup is the name of the group of the token endpoint.
const TokenGroup = "token"

// Groups returns the groups of endpoints.
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
