package resource

import (
	"errors"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/store"
)

// sessionBody is WorkOS's `session` (LOGIN.md §4).
type sessionBody struct {
	Object         string            `json:"object"`
	ID             string            `json:"id"`
	UserID         string            `json:"user_id"`
	OrganizationID string            `json:"organization_id,omitempty"`
	IPAddress      *string           `json:"ip_address"`
	UserAgent      *string           `json:"user_agent"`
	AuthMethod     string            `json:"auth_method"`
	Impersonator   *impersonatorBody `json:"impersonator,omitempty"`
	Status         string            `json:"status"`
	ExpiresAt      api.Timestamp     `json:"expires_at"`
	EndedAt        api.Timestamp     `json:"ended_at"`
	CreatedAt      api.Timestamp     `json:"created_at"`
	UpdatedAt      api.Timestamp     `json:"updated_at"`
}

type impersonatorBody struct {
	Email  string  `json:"email"`
	Reason *string `json:"reason"`
}

// sessionWire returns an active session: no endpoint shows another one.
func sessionWire(s store.Session) sessionBody {
	body := sessionBody{
		Object:         "session",
		ID:             s.ID,
		UserID:         s.UserID,
		OrganizationID: s.OrganizationID,
		IPAddress:      api.OrNull(s.IPAddress),
		UserAgent:      api.OrNull(s.UserAgent),
		AuthMethod:     authMethod(s.Method),
		Status:         "active",
		ExpiresAt:      api.Timestamp(s.ExpiresAt),
		EndedAt:        api.Timestamp(s.EndedAt),
		CreatedAt:      api.Timestamp(s.CreatedAt),
		UpdatedAt:      api.Timestamp(s.UpdatedAt),
	}
	if s.Impersonator != nil {
		body.Impersonator = &impersonatorBody{s.Impersonator.Email, api.OrNull(s.Impersonator.Reason)}
	}
	return body
}

// authMethod returns the `auth_method` of a session for its `authentication_method`.
func authMethod(method string) string {
	switch {
	case method == session.Password:
		return "password"
	case method == session.MagicAuth:
		return "magic_code"
	case method == session.SSO:
		return "sso"
	case method == session.Impersonation:
		return "impersonation"
	case session.IsProvider(method):
		return "oauth"
	}
	return "unknown"
}

var sessionKind = kind[store.Session, sessionBody]{
	name: "Session", table: store.Sessions, find: store.Sessions.Get, wire: sessionWire,
}

func sessions(s *Service) api.Group {
	h := sessionHandler{s}
	return api.Group{Name: "sessions", Routes: []api.Route{
		{Method: "GET", Pattern: "/user_management/users/{id}/sessions", Rule: api.Listed, Serve: h.list},
		{Method: "POST", Pattern: "/user_management/sessions/revoke", Rule: api.BySecret,
			Local: h.revokedIsLocal, Serve: h.revoke, Unanswered: h.revoke},
	}}
}

type sessionHandler struct{ *Service }

// list answers with a page of the active sessions of a user. Sessions that begin here are those of local users.
func (h sessionHandler) list(r *api.Request) (api.Answer, error) {
	_, isLocal := store.Users.Get(r.View, r.Param())
	a, err := sessionKind.list(h.Service, r, r.Query(), isLocal, func(p store.Page) (store.List[store.Session], error) {
		return r.View.SessionPage(r.Param(), p, func(s store.Session) bool { return s.Active(r.Now) })
	})
	if err == nil && !isLocal && a.Source == "" {
		return api.Answer{}, api.NotFound("User", r.Param())
	}
	return a, err
}

// revokedIsLocal reports whether the session of a request is one of this program, known or not: such an id is never sent.
func (h sessionHandler) revokedIsLocal(r *api.Request) (bool, error) {
	in, err := r.Input()
	if err != nil {
		return false, err
	}
	return credential.IsSessionID(in.Text("session_id")), nil
}

// revoke ends a session. The answer has no Content-Type, with which Node's SDK would parse the empty body (LOGIN.md §4).
func (h sessionHandler) revoke(r *api.Request) (api.Answer, error) {
	id, err := requiredText(r, "session_id")
	if err != nil {
		return api.Answer{}, err
	}
	err = h.Store.Update(func(tx *store.Txn) error { return session.End(tx, id, r.Now) })
	if errors.Is(err, store.ErrNotFound) {
		return api.Answer{}, api.NotFound(sessionKind.name, id)
	}
	if err != nil {
		return api.Answer{}, err
	}
	return api.Empty(http.StatusOK)
}
