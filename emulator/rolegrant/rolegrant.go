// Package rolegrant works out what the roles of a membership allow: its role and roles on the wire, and the claims of a session in the
// organization.
package rolegrant

import (
	"slices"

	"github.com/caddy-workos/caddy-workos/store"
)

// Default is the slug of the role that a member has where none is given. Every environment has it (LOGIN.md §6, "new environment"):
// where the store has no such row, it is a role without permissions.
const Default = "member"

// Grant is what the roles of a membership allow (LOGIN.md §3, `role`, `roles` and `permissions`).
type Grant struct {
	Role        string   // the slug of the highest role
	Roles       []string // the slugs of all roles, the highest first; at least one
	Permissions []string // the slugs of what any of the roles allows, sorted; never nil
}

// Of returns what a membership grants, whatever its status. The roles are in the order of [store.CompareRoles], those of the
// organization among those of the environment. Roles that the store does not have come last, in the order of the membership: they may
// live upstream, or have been deleted. Their permissions are not known.
func Of(tx *store.Txn, m store.Membership) Grant {
	var known []store.Role
	var unknown []string
	for _, slug := range m.RoleSlugs {
		if r, ok := tx.RoleInOrganization(m.OrganizationID, slug); ok {
			known = append(known, r)
		} else {
			unknown = append(unknown, slug)
		}
	}
	slices.SortFunc(known, store.CompareRoles)

	g := Grant{Permissions: []string{}}
	for _, r := range known {
		g.add(r.Slug)
		g.Permissions = append(g.Permissions, r.Permissions...)
	}
	for _, slug := range unknown {
		g.add(slug)
	}
	if len(g.Roles) == 0 {
		if r, ok := tx.EnvironmentRole(Default); ok {
			g.Permissions = append(g.Permissions, r.Permissions...)
		}
		g.add(Default)
	}
	g.Role = g.Roles[0]
	slices.Sort(g.Permissions)
	g.Permissions = slices.Compact(g.Permissions)
	return g
}

// add adds the slug of a role, once.
func (g *Grant) add(slug string) {
	if !slices.Contains(g.Roles, slug) {
		g.Roles = append(g.Roles, slug)
	}
}

// Exists reports whether members of an organization can have a role.
func Exists(tx *store.Txn, organizationID, slug string) bool {
	_, ok := tx.RoleInOrganization(organizationID, slug)
	return ok || slug == Default
}
