package oauth

import (
	"net/http"
	"slices"

	"github.com/caddy-workos/caddy-workos/emulator/api"
)

// introspection is the answer of RFC 7662 §2.2, with the members that production has for an M2M token.
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

// introspectingClientIsLocal reports whether the client is local, or the token is one that this program has signed, in this process or
// another one, in any serialization. Such a token must not be sent for any client.
func (h *Handler) introspectingClientIsLocal(r *api.Request) (bool, error) {
	p := readClient(r)
	if h.clientIsLocal(p) {
		return true, nil
	}
	return slices.ContainsFunc(p.tokens, func(token string) bool {
		return h.Keys.Secrets().Within(token) ||
			slices.ContainsFunc(h.Signer.verifyingKeys(r.Now), func(key *PublicKey) bool { return key.Signed(token) })
	}), p.unclear
}

// introspect answers POST /oauth2/introspection for a local client. A machine's token is active until it has expired or its application
// was deleted. A user's token, which the same key signs, is not one of this endpoint's: a service that asks would take the user for the machine.
func (h *Handler) introspect(r *api.Request) (api.Answer, error) {
	p := readClient(r)
	if p.invalid != nil {
		return api.Answer{}, p.invalid
	}
	secret, err := p.authenticate(r.View)
	if err != nil {
		return api.Answer{}, err
	}
	token := p.One("token")
	if token == "" {
		return api.Answer{}, api.InvalidRequest("The parameter token is missing.")
	}
	secret.Used(r.Now)
	return api.Answer{Status: http.StatusOK, Header: api.NoStore(), Body: h.introspection(r, token)}, nil
}

func (h *Handler) introspection(r *api.Request, token string) introspection {
	var claims accessTokenClaims
	verified := slices.ContainsFunc(h.Signer.verifyingKeys(r.Now), func(key *PublicKey) bool { return key.Verify(token, &claims) == nil }) &&
		r.Now.Unix() < claims.ExpiresAt
	if _, exists := r.View.ApplicationByClientID(claims.ClientID); !verified || !exists || claims.Subject != claims.ClientID {
		return introspection{}
	}
	return introspection{
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
	}
}

// refuseIntrospection answers the request of a client that neither side knows, with 401 `invalid_client`.
func (h *Handler) refuseIntrospection(r *api.Request) (api.Answer, error) {
	p := readClient(r)
	if p.invalid != nil {
		return api.Answer{}, p.invalid
	}
	return api.Answer{}, p.invalidClient()
}
