package resource

import (
	"net/http"
	"net/url"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/email"
	"github.com/caddy-workos/caddy-workos/emulator/invitation"
	"github.com/caddy-workos/caddy-workos/store"
)

// invitationBody is WorkOS's `invitation` (LOGIN.md §8).
type invitationBody struct {
	Object         string           `json:"object"`
	ID             string           `json:"id"`
	Email          string           `json:"email"`
	State          invitation.State `json:"state"`
	AcceptedAt     api.Timestamp    `json:"accepted_at"`
	RevokedAt      api.Timestamp    `json:"revoked_at"`
	ExpiresAt      api.Timestamp    `json:"expires_at"`
	OrganizationID *string          `json:"organization_id"`
	InviterUserID  *string          `json:"inviter_user_id"`
	AcceptedUserID *string          `json:"accepted_user_id"`
	RoleSlug       *string          `json:"role_slug"`
	CreatedAt      api.Timestamp    `json:"created_at"`
	UpdatedAt      api.Timestamp    `json:"updated_at"`
	Token          string           `json:"token"`
	AcceptURL      string           `json:"accept_invitation_url"`
}

func invitationWire(r *api.Request, i store.Invitation) invitationBody {
	return invitationBody{
		Object:         "invitation",
		ID:             i.ID,
		Email:          i.Email,
		State:          invitation.StateOf(i, r.Now),
		AcceptedAt:     api.Timestamp(i.AcceptedAt),
		RevokedAt:      api.Timestamp(i.RevokedAt),
		ExpiresAt:      api.Timestamp(i.ExpiresAt),
		OrganizationID: api.OrNull(i.OrganizationID),
		InviterUserID:  api.OrNull(i.InviterUserID),
		AcceptedUserID: api.OrNull(i.AcceptedUserID),
		RoleSlug:       api.OrNull(invitation.Role(i)),
		CreatedAt:      api.Timestamp(i.CreatedAt),
		UpdatedAt:      api.Timestamp(i.UpdatedAt),
		Token:          i.Token,
		AcceptURL:      acceptURL(r, i),
	}
}

// acceptURL is the link in the email of an invitation.
func acceptURL(r *api.Request, i store.Invitation) string {
	return r.BaseURL() + email.InvitationPath + "?" + url.Values{"invitation_token": {i.Token}}.Encode()
}

// invitationKind has no wire type: the address in it is that by which the caller has reached the emulator. See [invitationHandler.kind].
var invitationKind = kind[store.Invitation, invitationBody]{
	name: "Invitation", table: store.Invitations, find: store.Invitations.Get,
}

func invitations(s *Service) api.Group {
	const path = "/user_management/invitations"
	h := invitationHandler{s}
	return api.Group{Name: "invitations", Routes: []api.Route{
		{Method: "GET", Pattern: path, Rule: api.Listed, Serve: h.list},
		{Method: "POST", Pattern: path, Rule: api.ByID, Local: h.createdIsLocal, Serve: h.create, Creates: true, Unanswered: h.create},
		{Method: "GET", Pattern: path + "/by_token/{token}", Rule: api.ByID, Local: h.tokenIsLocal, Serve: h.getByToken,
			Unanswered: invitationKind.notFound},
		invitationKind.byID("GET", path+"/{id}", h.get),
		invitationKind.byID("POST", path+"/{id}/revoke", h.revoke),
		invitationKind.byID("POST", path+"/{id}/resend", h.resend),
		invitationKind.byID("POST", path+"/{id}/accept", h.accept),
	}}
}

type invitationHandler struct{ *Service }

// kind returns the kind with the wire type for a request.
func (h invitationHandler) kind(r *api.Request) kind[store.Invitation, invitationBody] {
	k := invitationKind
	k.wire = func(i store.Invitation) invitationBody { return invitationWire(r, i) }
	return k
}

func (h invitationHandler) get(r *api.Request) (api.Answer, error) { return h.kind(r).get(r) }

// tokenIsLocal reports whether a token is one of ours, known or not. Such a token must not be sent.
func (h invitationHandler) tokenIsLocal(r *api.Request) (bool, error) {
	_, known := r.View.InvitationByToken(r.Param())
	return known || credential.IsMarked(r.Param()), nil
}

func (h invitationHandler) getByToken(r *api.Request) (api.Answer, error) {
	i, found := r.View.InvitationByToken(r.Param())
	if !found {
		return invitationKind.notFound(r)
	}
	return api.OK(invitationWire(r, i))
}

// list answers with a page of invitations, to an address or to an organization.
func (h invitationHandler) list(r *api.Request) (api.Answer, error) {
	q := r.Query()
	email, organization := q.One("email"), q.One("organization_id")
	ofLocal := organization != "" && organizationOwns(r.View, organization)
	return h.kind(r).list(h.Service, r, q, ofLocal, func(p store.Page) (store.List[store.Invitation], error) {
		return r.View.InvitationPage(organization, email, p)
	})
}

// revoke revokes a pending invitation, and deletes the pending membership that it has made.
func (h invitationHandler) revoke(r *api.Request) (api.Answer, error) {
	return h.change(r, func(tx *store.Txn, i store.Invitation) error {
		if invitation.CheckPending(i, r.Now) != nil {
			return errNotPending()
		}
		if err := withdraw(tx, i); err != nil {
			return err
		}
		_, err := store.Invitations.Update(tx, i.ID, func(i *store.Invitation) error {
			i.RevokedAt, i.UpdatedAt = r.Now, r.Now
			return nil
		})
		return err
	})
}

func errNotPending() error { return api.BadRequest("invite_not_pending", "Invite is not pending.") }

// accept accepts an invitation for the user who has its address. Where that is no local user, it may be one of the upstream's.
func (h invitationHandler) accept(r *api.Request) (api.Answer, error) {
	theirs, err := h.invitedUpstream(r)
	if err != nil {
		return api.Answer{}, err
	}
	return h.change(r, func(tx *store.Txn, i store.Invitation) error {
		if invitation.CheckPending(i, r.Now) != nil {
			return errNotPending()
		}
		user, found := tx.UserByEmail(i.Email)
		if !found {
			user = theirs
		}
		if user.ID == "" {
			return api.BadRequest("invalid_invite", "Invite cannot be accepted: no user has its address.")
		}
		return invitation.Accept(tx, i, user, r.Now)
	})
}

// invitedUpstream returns the upstream's user who has the address of the invitation of the path. It returns none where the invitation
// cannot be accepted, where the user is local, and for an invitation to an organization that is not local: one of the two must be.
func (h invitationHandler) invitedUpstream(r *api.Request) (store.User, error) {
	i, found := store.Invitations.Get(r.View, r.Param())
	_, isLocal := r.View.UserByEmail(i.Email)
	if !found || isLocal || invitation.CheckPending(i, r.Now) != nil ||
		i.OrganizationID != "" && !store.Organizations.Has(r.View, i.OrganizationID) {
		return store.User{}, nil
	}
	misses := r.Upstream.CountMisses()
	theirs, err := h.upstreamUser(i.Email, r.Upstream.Get)
	misses.Decide(err == nil) // a recording of another list of users is an error: it may have the user
	return theirs, err
}

// change changes the invitation of the path in a transaction, and answers with it.
func (h invitationHandler) change(r *api.Request, change func(*store.Txn, store.Invitation) error) (api.Answer, error) {
	var changed store.Invitation
	err := invitationKind.change(h.Service, r, func(tx *store.Txn) error {
		i, found := store.Invitations.Get(tx, r.Param())
		if !found {
			return store.ErrNotFound
		}
		if err := change(tx, i); err != nil {
			return err
		}
		changed, _ = store.Invitations.Get(tx, i.ID)
		return nil
	})
	if err != nil {
		return api.Answer{}, err
	}
	return api.Answer{Status: http.StatusOK, Body: invitationWire(r, changed)}, nil
}
