package store

import (
	"errors"
	"maps"
	"slices"
)

// MembershipStatus is the `status` of a membership.
type MembershipStatus string

// The statuses of memberships.
const (
	ActiveMembership   MembershipStatus = "active"
	InactiveMembership MembershipStatus = "inactive"
	PendingMembership  MembershipStatus = "pending"
)

// Membership is a user's membership of an organization, WorkOS's `organization_membership`. The user or the organization may live
// upstream.
type Membership struct {
	Meta
	UserID         string
	OrganizationID string // the two are unique together
	Status         MembershipStatus
	RoleSlugs      []string // at least one
	// CustomAttributes are the directory's. The emulator only shows them.
	CustomAttributes map[string]string
}

func (m *Membership) clone() Membership {
	c := *m
	c.RoleSlugs = slices.Clone(m.RoleSlugs)
	c.CustomAttributes = maps.Clone(m.CustomAttributes)
	return c
}

// Memberships is the table of memberships.
var Memberships = newTable(Table[Membership]{
	name:   "memberships",
	unique: []unique[Membership]{{field: "member", value: func(m *Membership) string { return memberKey(m.UserID, m.OrganizationID) }}},
	lists: []list[Membership]{
		{byUser, func(m *Membership) (string, bool) { return m.UserID, true }},
		{byOrganization, func(m *Membership) (string, bool) { return m.OrganizationID, true }},
	},
	retire: []string{primary, "member"},
})

func memberKey(userID, organizationID string) string { return userID + "\x00" + organizationID }

// MembershipOf looks up the membership of a user in an organization, whatever its status.
func (t *Txn) MembershipOf(userID, organizationID string) (Membership, bool) {
	return Memberships.get(t, "member", memberKey(userID, organizationID))
}

// MembershipsOfUser returns the memberships of a user, whatever their status, oldest first.
func (t *Txn) MembershipsOfUser(userID string) []Membership {
	return Memberships.all(t, byUser, userID)
}

// MembershipsOfOrganization returns the memberships of an organization, whatever their status, oldest first.
func (t *Txn) MembershipsOfOrganization(organizationID string) []Membership {
	return Memberships.all(t, byOrganization, organizationID)
}

// MembershipPage returns a page of the memberships of a user, or of an organization where userID is empty. match may be nil.
func (t *Txn) MembershipPage(userID, organizationID string, p Page, match func(Membership) bool) (List[Membership], error) {
	if userID != "" {
		return Memberships.page(t, byUser, userID, p, match)
	}
	return Memberships.page(t, byOrganization, organizationID, p, match)
}

// MemberPage returns a page of the memberships of an organization. Its cursors are the ids of users. match may be nil.
func (t *Txn) MemberPage(organizationID string, p Page, match func(Membership) bool) (List[Membership], error) {
	list, err := Memberships.pageAt(t, byOrganization, organizationID, p, match, func(userID string) (Moment, bool) {
		return Memberships.cursor(t, byOrganization, organizationID, "member", memberKey(userID, organizationID))
	})
	if n := len(list.Items); n > 0 {
		if list.Before != "" {
			list.Before = list.Items[0].UserID
		}
		if list.After != "" {
			list.After = list.Items[n-1].UserID
		}
	}
	return list, err
}

// MemberPresence returns whether a user is a member of an organization now, and was at a moment, whatever the status.
func (t *Txn) MemberPresence(userID, organizationID string, at Moment) Presence {
	return Memberships.presence(t, "member", memberKey(userID, organizationID), at)
}

// DeleteMembershipsOfUser deletes the memberships of a user, who may live upstream.
func (t *Txn) DeleteMembershipsOfUser(userID string) error {
	return Memberships.of(byUser).delete(t, userID)
}

// DeleteMembers deletes the memberships of an organization, which may live upstream, and the invitations to it.
func (t *Txn) DeleteMembers(organizationID string) error {
	return errors.Join(Memberships.of(byOrganization).delete(t, organizationID), Invitations.of(byOrganization).delete(t, organizationID))
}
