package sso

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/rolegrant"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/store"
)

// profileBody is WorkOS's `profile` (LOGIN.md §7).
type profileBody struct {
	Object           string            `json:"object"`
	ID               string            `json:"id"`
	OrganizationID   *string           `json:"organization_id"`
	ConnectionID     string            `json:"connection_id"`
	ConnectionType   string            `json:"connection_type"`
	IdPID            string            `json:"idp_id"`
	Email            string            `json:"email"`
	FirstName        *string           `json:"first_name"`
	LastName         *string           `json:"last_name"`
	Name             *string           `json:"name"`
	Role             *roleBody         `json:"role,omitempty"`
	Roles            []roleBody        `json:"roles,omitempty"`
	Groups           []string          `json:"groups"`
	CustomAttributes map[string]string `json:"custom_attributes"`
	RawAttributes    rawAttributes     `json:"raw_attributes"`
}

type roleBody struct {
	Slug string `json:"slug"`
}

// rawAttributes are what an identity provider would have sent.
type rawAttributes struct {
	ID        string   `json:"id"`
	Email     string   `json:"email"`
	FirstName string   `json:"firstName,omitempty"`
	LastName  string   `json:"lastName,omitempty"`
	Groups    []string `json:"groups,omitempty"`
}

// login is what a code or an access token says of who has signed in.
type login struct {
	connectionID, profileID string
	userID                  string
	method                  string // SSO, or an OAuth provider
}

// errGone is the error of [login.profile] for a profile, or a user, who is no longer there, or a login that has no profile: one with a
// password or a code.
var errGone = errors.New("there is no profile")

// profile returns the profile of who has signed in: that of the connection, or one that is made of the user.
func (l login) profile(tx *store.Txn) (profileBody, error) {
	connection, found := store.Connections.Get(tx, l.connectionID)
	if isSSO := l.method == session.SSO; isSSO && !found || !isSSO && !session.IsProvider(l.method) {
		return profileBody{}, errGone
	}
	for _, p := range connection.Profiles {
		if p.ID == l.profileID {
			return connectionProfile(tx, connection, p), nil
		}
	}
	user, ok := store.Users.Get(tx, l.userID)
	if !ok || l.profileID != "" {
		return profileBody{}, errGone
	}
	if l.method != session.SSO {
		connection = store.Connection{Meta: store.Meta{ID: id.Derive(id.Connection, l.method)}, Type: l.method}
	}
	made := store.Profile{
		ID: id.Derive(id.Profile, connection.ID, user.ID), IdPID: idpID(user, l.method), Email: user.Email,
		FirstName: user.FirstName, LastName: user.LastName,
	}
	return connectionProfile(tx, connection, made), nil
}

// idpID returns the id of a user at an OAuth provider, or else their own.
func idpID(user store.User, provider string) string {
	for _, identity := range user.Identities {
		if identity.Provider == provider {
			return identity.IdPID
		}
	}
	return user.ID
}

func connectionProfile(tx *store.Txn, c store.Connection, p store.Profile) profileBody {
	body := profileBody{
		Object: "profile", ID: p.ID, OrganizationID: api.OrNull(c.OrganizationID), ConnectionID: c.ID, ConnectionType: c.Type,
		IdPID: cmp.Or(p.IdPID, p.ID), Email: p.Email, FirstName: api.OrNull(p.FirstName), LastName: api.OrNull(p.LastName),
		Name: api.OrNull(strings.TrimSpace(p.FirstName + " " + p.LastName)), Groups: p.Groups, CustomAttributes: p.CustomAttributes,
		RawAttributes: rawAttributes{cmp.Or(p.IdPID, p.ID), p.Email, p.FirstName, p.LastName, p.Groups},
	}
	if body.Groups == nil {
		body.Groups = []string{}
	}
	if body.CustomAttributes == nil {
		body.CustomAttributes = map[string]string{}
	}
	if c.OrganizationID == "" {
		return body
	}
	slugs := p.RoleSlugs
	if user, ok := tx.UserByEmail(p.Email); ok && len(slugs) == 0 {
		m, _ := tx.MembershipOf(user.ID, c.OrganizationID)
		slugs = m.RoleSlugs
	}
	if len(slugs) == 0 {
		slugs = []string{rolegrant.Default}
	}
	for _, slug := range rolegrant.Of(tx, store.Membership{OrganizationID: c.OrganizationID, RoleSlugs: slugs}).Roles {
		body.Roles = append(body.Roles, roleBody{slug})
	}
	if len(body.Roles) > 0 {
		body.Role = &body.Roles[0]
	}
	return body
}

// bearer returns the access token of a request, or nothing.
func bearer(r *api.Request) string {
	scheme, token, _ := strings.Cut(r.Header().Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// isLocalToken reports whether an access token is one of this program, in any process.
func isLocalToken(r *api.Request) (bool, error) { return credential.IsMarked(bearer(r)), nil }

// profile answers GET /sso/profile.
func (h *Handler) profile(r *api.Request) (api.Answer, error) {
	token, ok := store.ProfileTokens.Get(r.View, store.TokenID(bearer(r)))
	if !ok || !r.Now.Before(token.ExpiresAt) {
		return unauthorized(r)
	}
	body, err := login{token.ConnectionID, token.ProfileID, token.UserID, token.Method}.profile(r.View)
	if err != nil {
		return unauthorized(r)
	}
	return api.Answer{Status: http.StatusOK, Header: api.NoStore(), Body: body}, nil
}

// unauthorized is the 401 of GET /sso/profile, which has a shape of its own.
func unauthorized(*api.Request) (api.Answer, error) {
	return api.Answer{Status: http.StatusUnauthorized, Body: unauthorizedBody{"Unauthorized"}}, nil
}

type unauthorizedBody struct {
	Error string `json:"error"`
}
