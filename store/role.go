package store

import "slices"

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
	unique: []unique[Role]{{field: "slug", value: func(r *Role) string { return r.OrganizationID + "\x00" + r.Slug }}},
	retire: []string{primary},
})

// EnvironmentRoles returns the roles of the environment, those of the highest priority first, and of these the oldest.
func (t *Txn) EnvironmentRoles() []Role {
	roles := slices.DeleteFunc(Roles.All(t), func(r Role) bool { return r.Type != EnvironmentRole })
	slices.SortStableFunc(roles, func(a, b Role) int { return b.Priority - a.Priority })
	return roles
}
