package oauth

import (
	"cmp"
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

// claims returns the claims of an application's token. Only the scopes come from the request, and the issuer where none is
// configured.
func (h *Handler) claims(app store.Application, scopes []string, issuer string, now time.Time) (accessTokenClaims, error) {
	jti, err := id.NewBare(now, h.Random)
	if err != nil {
		return accessTokenClaims{}, err
	}
	ttl := h.TokenTTL
	if app.TokenTTL > 0 {
		ttl = app.TokenTTL
	}
	claims := accessTokenClaims{
		Issuer:         issuer,
		Audience:       cmp.Or(app.Audience, h.Audience, app.ClientID),
		Subject:        app.ClientID,
		ClientID:       app.ClientID,
		OrganizationID: app.OrganizationID,
		Scope:          strings.Join(scopes, " "),
		Scopes:         scopes,
		ID:             jti,
		IssuedAt:       now.Unix(),
		ExpiresAt:      now.Add(ttl).Unix(),
	}
	if h.ProductionClaims {
		claims.Scopes = nil
	}
	return claims, nil
}
