package store

import (
	"cmp"
	"slices"
)

// RoleType is the `type` of a role.
type RoleType string

// The types of roles.
const (
	EnvironmentRole  RoleType = "EnvironmentRole"
	OrganizationRole RoleType = "OrganizationRole"
)

// Role is a set of permissions, WorkOS's `role`.
type Role struct {
	Meta
	Slug             string // unique in the environment, or in the organization
	Name             string
	Description      string // optional
	Type             RoleType
	OrganizationID   string // of an OrganizationRole only; the organization may live elsewhere
	IsDefault        bool
	Priority         int // of two roles, the one with the higher priority comes first
	Position         int // of two roles with the same priority, the one with the lower position comes first
	ResourceTypeSlug string
	Permissions      []string // slugs
}

func (r *Role) clone() Role {
	c := *r
	c.Permissions = slices.Clone(r.Permissions)
	return c
}

// Roles is the table of roles.
var Roles = newTable(Table[Role]{
	name:   "roles",
	unique: []unique[Role]{{field: "slug", value: func(r *Role) string { return roleKey(r.OrganizationID, r.Slug) }}},
	lists:  []list[Role]{{byOrganization, func(r *Role) (string, bool) { return r.OrganizationID, true }}},
	retire: []string{primary},
})

func roleKey(organizationID, slug string) string { return organizationID + "\x00" + slug }

// EnvironmentRoles returns the roles of the environment, in the order of [CompareRoles].
func (t *Txn) EnvironmentRoles() []Role { return byPriority(Roles.all(t, byOrganization, "")) }

// RolesOfOrganization returns the roles that members of an organization can have: its own and those of the environment, in the order of
// [CompareRoles].
func (t *Txn) RolesOfOrganization(organizationID string) []Role {
	roles := Roles.all(t, byOrganization, "")
	if organizationID != "" {
		roles = append(roles, Roles.all(t, byOrganization, organizationID)...)
	}
	return byPriority(roles)
}

// EnvironmentRole looks up a role of the environment by its slug.
func (t *Txn) EnvironmentRole(slug string) (Role, bool) {
	return Roles.get(t, "slug", roleKey("", slug))
}

// RoleInOrganization looks up a role that members of an organization can have: one of its own, or one of the environment.
func (t *Txn) RoleInOrganization(organizationID, slug string) (Role, bool) {
	if r, ok := Roles.get(t, "slug", roleKey(organizationID, slug)); ok {
		return r, true
	}
	return t.EnvironmentRole(slug)
}

// byPriority sorts roles by CompareRoles.
func byPriority(roles []Role) []Role {
	slices.SortFunc(roles, CompareRoles)
	return roles
}

// CompareRoles compares two roles by their priority, the higher one first, by their position, and by their age, the older one first. It
// is for [slices.SortFunc]. The age alone would not do: a role that was deleted and is inserted again is as old as it was.
func CompareRoles(a, b Role) int {
	return cmp.Or(cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.Position, b.Position), cmp.Compare(a.place.seq, b.place.seq))
}
