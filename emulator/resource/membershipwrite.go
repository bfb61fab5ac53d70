package resource

import (
	"net/http"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// createdIsLocal reports whether the user or the organization of a new membership is local. Then the membership is: the upstream does
// not know one of the two.
func (h membershipHandler) createdIsLocal(r *api.Request) (bool, error) {
	in, err := r.Input()
	if err != nil {
		return false, err
	}
	_, user := store.Users.Get(r.View, in.Text("user_id"))
	_, organization := store.Organizations.Get(r.View, in.Text("organization_id"))
	return user || organization, in.Err()
}

// create makes a user an active member of an organization. An inactive membership is activated, with the roles that are given.
func (h membershipHandler) create(r *api.Request) (api.Answer, error) {
	in, err := r.Input()
	if err != nil {
		return api.Answer{}, err
	}
	m := store.Membership{
		UserID: requiredID(in, "user_id", "User ID"), OrganizationID: requiredID(in, "organization_id", "Organization ID"),
		Status: store.ActiveMembership, RoleSlugs: roleSlugs(in),
	}
	if err := in.Err(); err != nil {
		return api.Answer{}, err
	}
	if err := h.requireUser(r, m.UserID); err != nil {
		return api.Answer{}, err
	}
	if err := h.requireOrganization(r, m.OrganizationID); err != nil {
		return api.Answer{}, err
	}
	if m.RoleSlugs, err = h.requireRoles(r, m.OrganizationID, m.RoleSlugs); err != nil {
		return api.Answer{}, err
	}
	if m.Meta, err = h.newMeta(r, id.Membership); err != nil {
		return api.Answer{}, err
	}
	err = h.insert(r, m.OrganizationID, m.UserID, func(tx *store.Txn) error {
		m, err = join(tx, m)
		return err
	})
	if err != nil {
		return api.Answer{}, err
	}
	return h.answer(r, http.StatusCreated, m)
}

// join inserts a membership, or activates the one that there is.
func join(tx *store.Txn, m store.Membership) (store.Membership, error) {
	existing, found := tx.MembershipOf(m.UserID, m.OrganizationID)
	switch {
	case !found:
		return m, store.Memberships.Insert(tx, m)
	case existing.Status == store.ActiveMembership:
		return m, api.BadRequest("organization_membership_already_exists", "The user is already a member of the organization.")
	case existing.Status == store.PendingMembership:
		return m, errReactivatePending()
	}
	return store.Memberships.Update(tx, existing.ID, func(stored *store.Membership) error {
		stored.Status, stored.RoleSlugs, stored.UpdatedAt = m.Status, m.RoleSlugs, m.UpdatedAt
		return nil
	})
}

func errReactivatePending() error {
	return api.BadRequest("cannot_reactivate_pending_organization_membership",
		"A pending organization membership cannot be reactivated. The user needs to accept the invitation instead.")
}

// requiredID reads a required id. The code of a missing one names the field, as in `user_id_string_required` (LOGIN.md §6).
func requiredID(in *api.Input, member, name string) string {
	before := in.Count()
	value := in.Text(member)
	if in.Count() == before && strings.TrimSpace(value) == "" {
		in.Fail(member, member+"_string_required", name+" should be a non-empty string.")
	}
	return value
}

// update gives a membership other roles. It changes nothing where none are given.
func (h membershipHandler) update(r *api.Request) (api.Answer, error) {
	in, err := r.Input()
	if err != nil {
		return api.Answer{}, err
	}
	m, found := store.Memberships.Get(r.View, r.Param())
	if !found {
		return membershipKind.notFound(r)
	}
	slugs := roleSlugs(in)
	if err := in.Err(); err != nil {
		return api.Answer{}, err
	}
	if slugs == nil {
		return h.answer(r, http.StatusOK, m)
	}
	if slugs, err = h.requireRoles(r, m.OrganizationID, slugs); err != nil {
		return api.Answer{}, err
	}
	return h.change(r, func(m *store.Membership) error {
		m.RoleSlugs, m.UpdatedAt = slugs, r.Now
		return nil
	})
}

// change changes the membership of the path, and answers with it. The sessions of a member who is not active are ended.
func (h membershipHandler) change(r *api.Request, change func(*store.Membership) error) (api.Answer, error) {
	var changed store.Membership
	err := membershipKind.change(h.Service, r, func(tx *store.Txn) (err error) {
		if changed, err = store.Memberships.Update(tx, r.Param(), change); err != nil || changed.Status == store.ActiveMembership {
			return err
		}
		return tx.EndSessionsIn(changed.UserID, changed.OrganizationID, r.Now)
	})
	if err != nil {
		return api.Answer{}, err
	}
	return h.answer(r, http.StatusOK, changed)
}

// deactivate makes a membership inactive, which ends the sessions of the user in the organization (LOGIN.md §6). It does nothing to one that is.
func (h membershipHandler) deactivate(r *api.Request) (api.Answer, error) {
	return h.change(r, func(m *store.Membership) error {
		switch m.Status {
		case store.PendingMembership:
			return api.BadRequest("cannot_deactivate_pending_organization_membership",
				"A pending organization membership cannot be deactivated. This membership should be deleted instead.")
		case store.ActiveMembership:
			m.Status, m.UpdatedAt = store.InactiveMembership, r.Now
		}
		return nil
	})
}

// reactivate makes a membership active again, with the roles that it had. It does nothing to one that is active.
func (h membershipHandler) reactivate(r *api.Request) (api.Answer, error) {
	return h.change(r, func(m *store.Membership) error {
		switch m.Status {
		case store.PendingMembership:
			return errReactivatePending()
		case store.InactiveMembership:
			m.Status, m.UpdatedAt = store.ActiveMembership, r.Now
		}
		return nil
	})
}

// remove deletes a membership, and ends the sessions of the user in the organization. The status is 200, and there is no body, as in
// production.
func (h membershipHandler) remove(r *api.Request) (api.Answer, error) {
	return membershipKind.remove(h.Service, http.StatusOK, func(tx *store.Txn, id string) error {
		m, found := store.Memberships.Get(tx, id)
		if !found {
			return store.ErrNotFound
		}
		if err := tx.EndSessionsIn(m.UserID, m.OrganizationID, r.Now); err != nil {
			return err
		}
		return store.Memberships.Delete(tx, id)
	})(r)
}
