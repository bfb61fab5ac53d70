package emulator

import (
	"net/http"
)

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

// jwks answers the two JWKS endpoints, which serve one set.
func (c *call) jwks() (answer, error) {
	set := append([]byte(`{"keys":[`), c.emulator.Key.PublicJWK()...)
	return answer{status: http.StatusOK, raw: append(set, `]}`...)}, nil
}

// openIDConfiguration answers GET /.well-known/openid-configuration (OpenID Connect Discovery 1.0 §4.2).
func (c *call) openIDConfiguration() (answer, error) {
	return ok(c.metadata(map[string]any{
		"userinfo_endpoint":                     c.origin() + "/oauth2/userinfo",
		"grant_types_supported":                 []string{"authorization_code", "client_credentials", "refresh_token", deviceGrant},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"subject_types_supported":               []string{"public"},
	}))
}

// authorizationServer answers GET /.well-known/oauth-authorization-server (RFC 8414 §3.2).
func (c *call) authorizationServer() (answer, error) {
	return ok(c.metadata(map[string]any{
		"code_challenge_methods_supported": []string{"S256"},
		"grant_types_supported":            []string{"authorization_code", "refresh_token", deviceGrant},
		"response_modes_supported":         []string{"query"},
	}))
}

// metadata adds what both documents say (WORKOS.md, "JWKS, discovery, introspection").
func (c *call) metadata(own map[string]any) map[string]any {
	own["issuer"] = c.issuer()
	for name, path := range c.ownEndpoints() {
		own[name] = path
	}
	own["authorization_endpoint"] = c.origin() + "/oauth2/authorize"
	own["device_authorization_endpoint"] = c.origin() + "/oauth2/device_authorization"
	own["response_types_supported"] = []string{"code"}
	own["scopes_supported"] = []string{"email", "offline_access", "openid", "profile"}
	own["token_endpoint_auth_methods_supported"] = []string{"none", "client_secret_basic", "client_secret_post"}
	return own
}

// ownEndpoints are those that must be asked here, whoever else the document speaks of.
func (c *call) ownEndpoints() map[string]string {
	return map[string]string{
		"token_endpoint":         c.origin() + "/oauth2/token",
		"jwks_uri":               c.origin() + "/oauth2/jwks",
		"introspection_endpoint": c.origin() + "/oauth2/introspection",
	}
}

// introspection is RFC 7662 §2.2's answer, with the members that production gives for an M2M token.
type introspection struct {
	Active         bool   `json:"active"`
	Audience       string `json:"aud,omitempty"`
	ClientID       string `json:"client_id,omitempty"`
	Issuer         string `json:"iss,omitempty"`
	Subject        string `json:"sub,omitempty"`
	OrganizationID string `json:"org_id,omitempty"`
	ID             string `json:"jti,omitempty"`
	ExpiresAt      int64  `json:"exp,omitempty"`
	IssuedAt       int64  `json:"iat,omitempty"`
	TokenType      string `json:"token_type,omitempty"`
}

func (c *call) introspectingClientIsLocal() (bool, error) { return c.tokenClientIsLocal() }

// introspect answers POST /oauth2/introspection for a local client. A token is active as long as it has not expired and
// its application exists.
func (c *call) introspect() (answer, error) {
	p, err := c.present()
	if err != nil {
		return answer{}, err
	}
	if _, err := c.authenticate(p); err != nil {
		return answer{}, err
	}
	token := p.params["token"]
	if token == "" {
		return answer{}, errOAuth(http.StatusBadRequest, "invalid_request", "The parameter token is missing.")
	}
	var claims accessTokenClaims
	verified := c.emulator.Key.Verify(token, &claims) == nil && c.now.Unix() < claims.ExpiresAt
	if _, exists := c.txn.ApplicationByClientID(claims.ClientID); !verified || !exists {
		return answer{status: http.StatusOK, header: noStore(), body: introspection{}}, nil
	}
	return answer{status: http.StatusOK, header: noStore(), body: introspection{
		Active:         true,
		Audience:       claims.Audience,
		ClientID:       claims.ClientID,
		Issuer:         claims.Issuer,
		Subject:        claims.Subject,
		OrganizationID: claims.OrganizationID,
		ID:             claims.ID,
		ExpiresAt:      claims.ExpiresAt,
		IssuedAt:       claims.IssuedAt,
		TokenType:      "access_token",
	}}, nil
}
