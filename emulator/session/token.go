package session

import (
	"net/url"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/rolegrant"
	"github.com/caddy-workos/caddy-workos/store"
)

// claims are the claims of a user's access token (LOGIN.md §3), times in Unix seconds. What a session does not have is absent, not null.
type claims struct {
	Issuer         string   `json:"iss"`
	Audience       string   `json:"aud,omitempty"`
	Subject        string   `json:"sub"`
	ClientID       string   `json:"client_id"`
	SessionID      string   `json:"sid"`
	ID             string   `json:"jti"`
	OrganizationID string   `json:"org_id,omitempty"`
	Role           string   `json:"role,omitempty"`
	Roles          []string `json:"roles,omitzero"`
	Permissions    []string `json:"permissions,omitzero"`
	Entitlements   []string `json:"entitlements,omitempty"`
	Actor          *actor   `json:"act,omitempty"`
	AuthTime       int64    `json:"auth_time"`
	IssuedAt       int64    `json:"iat"`
	ExpiresAt      int64    `json:"exp"`
}

// actor is who acts in the user's place.
type actor struct {
	Subject string `json:"sub"`
}

// Issuer returns the `iss` of the access tokens of a client, which is also the `issuer` of its discovery document. base is an origin, with
// a path behind a prefix.
func Issuer(base, clientID string) string {
	return base + "/user_management/" + url.PathEscape(clientID)
}

// Unsigned is an access token that is not signed yet, which takes long.
type Unsigned struct{ claims }

// Prepare returns a new access token of a session, with what the user may do now. base is what [Issuer] wants.
func (s *Sessions) Prepare(tx *store.Txn, of store.Session, base string, now time.Time) (Unsigned, error) {
	jti, err := id.NewBare(now, s.Random)
	if err != nil {
		return Unsigned{}, err
	}
	c := claims{
		Issuer: Issuer(base, of.ClientID), Subject: of.UserID, ClientID: of.ClientID, SessionID: of.ID, ID: jti,
		AuthTime: of.SignedInAt.Unix(), IssuedAt: now.Unix(), ExpiresAt: now.Add(s.TokenTTL).Unix(),
	}
	if s.TokenAudience {
		c.Audience = of.ClientID
	}
	if of.Impersonator != nil {
		c.Actor = &actor{of.Impersonator.Email}
	}
	if m, ok := tx.MembershipOf(of.UserID, of.OrganizationID); ok && of.OrganizationID != "" {
		grant := rolegrant.Of(tx, m)
		c.OrganizationID, c.Role, c.Roles, c.Permissions = of.OrganizationID, grant.Role, grant.Roles, grant.Permissions
		organization, _ := store.Organizations.Get(tx, of.OrganizationID)
		c.Entitlements = organization.Entitlements
	}
	return Unsigned{c}, nil
}

// Sign returns an access token that [Sessions.Prepare] has returned. Call it outside of a transaction.
func (s *Sessions) Sign(token Unsigned) (string, error) { return s.Signer.Current().Sign(token.claims) }
