package resource

import (
	"net/http"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/email"
	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/invitation"
	"github.com/caddy-workos/caddy-workos/store"
)

// How long an invitation is valid, in days (LOGIN.md §8).
const (
	defaultInvitationDays = 7
	minInvitationDays     = 1
	maxInvitationDays     = 30
)

// createdIsLocal reports whether a new invitation is made here: one to a local organization, or to the address of a local user. One to no
// organization is made where new users are.
func (h invitationHandler) createdIsLocal(r *api.Request) (bool, error) {
	in, err := r.Input()
	if err != nil {
		return false, err
	}
	organization := in.Text("organization_id")
	_, isLocal := store.Organizations.Get(r.View, organization)
	_, ofLocal := r.View.UserByEmail(in.Text("email"))
	return isLocal || ofLocal || organization == "" && h.CreateLocal, in.Err()
}

func (h invitationHandler) create(r *api.Request) (api.Answer, error) {
	in, err := r.Input()
	if err != nil {
		return api.Answer{}, err
	}
	i, days := newInvitation(in)
	if err := in.Err(); err != nil {
		return api.Answer{}, err
	}
	switch {
	case days < minInvitationDays:
		return api.Answer{}, api.BadRequest("expires_in_days_too_short", "expires_in_days must be at least 1.")
	case days > maxInvitationDays:
		return api.Answer{}, api.BadRequest("expires_in_days_too_long", "expires_in_days must be at most 30.")
	}
	i.ExpiresAt = r.Now.Add(time.Duration(days) * 24 * time.Hour)
	if err := h.requireInvitation(r, i); err != nil {
		return api.Answer{}, err
	}
	if i.Token, err = credential.NewToken(h.Random); err != nil {
		return api.Answer{}, err
	}
	if i.Meta, err = h.newMeta(r, id.Invitation); err != nil {
		return api.Answer{}, err
	}
	pending, err := h.newMeta(r, id.Membership)
	if err != nil {
		return api.Answer{}, err
	}
	err = h.insert(r, i.OrganizationID, i.InviterUserID, func(tx *store.Txn) error {
		if err := checkInvited(tx, i, r.Now); err != nil {
			return err
		}
		if err := expect(tx, i, pending); err != nil {
			return err
		}
		if err := store.Invitations.Insert(tx, i); err != nil {
			return err
		}
		return h.send(r, tx, i)
	})
	if err != nil {
		return api.Answer{}, err
	}
	email.Log(h.Logger, email.Invitation, "")
	return api.Answer{Status: http.StatusCreated, Body: invitationWire(r, i)}, nil
}

// newInvitation reads the body of a request that invites somebody.
func newInvitation(in *api.Input) (i store.Invitation, days int) {
	i.Email = strings.TrimSpace(in.Text("email"))
	if !in.Failed("email") {
		if i.Email == "" {
			in.Fail("email", "email_string_required", "Email should be a non-empty string.")
		} else {
			in.Check("email", field.Email(i.Email))
		}
	}
	i.OrganizationID, i.InviterUserID = in.Text("organization_id"), in.Text("inviter_user_id")
	if role := in.Text("role_slug"); i.OrganizationID != "" { // without an organization there is no role
		i.RoleSlug = role
	}
	days = defaultInvitationDays
	in.Decode("expires_in_days", "a whole number", &days)
	in.Text("locale") // there is one language here
	return i, days
}

// requireInvitation returns an error where the organization, the inviter or the role of a new invitation does not exist.
func (h invitationHandler) requireInvitation(r *api.Request, i store.Invitation) error {
	if i.OrganizationID != "" {
		if err := h.requireOrganization(r, i.OrganizationID); err != nil {
			return err
		}
	}
	if i.InviterUserID != "" {
		if err := h.requireUser(r, i.InviterUserID); err != nil {
			return err
		}
	}
	if i.RoleSlug != "" {
		return h.requireRole(r, i.OrganizationID, i.RoleSlug, http.StatusBadRequest)
	}
	return nil
}

// checkInvited returns an error where the invited person does not need the invitation (LOGIN.md §8).
func checkInvited(tx *store.Txn, i store.Invitation, now time.Time) error {
	user, exists := tx.UserByEmail(i.Email)
	if exists && i.OrganizationID == "" {
		return api.BadRequest("user_already_exists", "A user with this email address already exists.")
	}
	if m, ok := tx.MembershipOf(user.ID, i.OrganizationID); exists && ok && m.Status == store.ActiveMembership {
		return api.BadRequest("user_already_organization_member", "The user is already a member of the organization.")
	}
	for _, other := range tx.InvitationsTo(i.Email) {
		if other.OrganizationID != i.OrganizationID || invitation.CheckPending(other, now) != nil {
			continue
		}
		if i.OrganizationID == "" {
			return api.BadRequest("email_already_invited", "This email address has already been invited.")
		}
		return api.BadRequest("email_already_invited_to_organization", "This email address has already been invited to the organization.")
	}
	return nil
}

// expect makes a user who has the address of a new invitation a pending member, unless the user is an inactive one.
func expect(tx *store.Txn, i store.Invitation, meta store.Meta) error {
	user, exists := tx.UserByEmail(i.Email)
	if _, ok := tx.MembershipOf(user.ID, i.OrganizationID); !exists || ok || i.OrganizationID == "" {
		return nil
	}
	return store.Memberships.Insert(tx, store.Membership{
		Meta: meta, UserID: user.ID, OrganizationID: i.OrganizationID, Status: store.PendingMembership, RoleSlugs: []string{invitation.Role(i)},
	})
}

// withdraw deletes the pending membership of the user who has the address of an invitation.
func withdraw(tx *store.Txn, i store.Invitation) error {
	user, exists := tx.UserByEmail(i.Email)
	m, ok := tx.MembershipOf(user.ID, i.OrganizationID)
	if !exists || !ok || m.Status != store.PendingMembership {
		return nil
	}
	return store.Memberships.Delete(tx, m.ID)
}

// send sends the email of an invitation.
func (h invitationHandler) send(r *api.Request, tx *store.Txn, i store.Invitation) error {
	return email.Send(tx, email.Email{To: i.Email, Kind: email.Invitation, Link: acceptURL(r, i)}, r.Now, h.Random)
}

// resend sends the email of a pending invitation again.
func (h invitationHandler) resend(r *api.Request) (api.Answer, error) {
	in, err := r.Input()
	if err != nil {
		return api.Answer{}, err
	}
	in.Text("locale")
	if err := in.Err(); err != nil {
		return api.Answer{}, err
	}
	a, err := h.change(r, func(tx *store.Txn, i store.Invitation) error {
		switch invitation.StateOf(i, r.Now) {
		case invitation.Expired:
			return api.BadRequest("invite_expired", "Invite has expired.")
		case invitation.Revoked:
			return api.BadRequest("invite_revoked", "Invite has been revoked.")
		case invitation.Accepted:
			return api.BadRequest("invite_accepted", "Invite has already been accepted.")
		}
		return h.send(r, tx, i)
	})
	if err == nil {
		email.Log(h.Logger, email.Invitation, "")
	}
	return a, err
}
