package seed

import (
	"slices"

	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/rolegrant"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
)

// assigned are the roles that somebody is given: one, or several.
type assigned struct {
	role  text
	roles []text
}

var slugText = format.FilledText(field.RoleRule)

func roleField[T any](at func(*T) *assigned) format.Field[T] {
	return format.Optional("role", slugText, func(e *T) *text { return &at(e).role },
		"The role, by its slug. `member` where neither this nor `roles` is given.")
}

func rolesField[T any](at func(*T) *assigned) format.Field[T] {
	return format.Optional("roles", format.TextSet(field.RoleRule), func(e *T) *[]text { return &at(e).roles },
		"Several roles, by their slugs. Not beside `role`.")
}

// bothRoles is part of the JSON Schema.
var bothRoles = format.Schema{Required: []string{"role", "roles"}}

// defaultRoles are those of a member who is given none. Rows share it.
var defaultRoles = []string{rolegrant.Default}

func (a *assigned) slugs() []string {
	switch {
	case a.role.Set:
		return []string{a.role.Value}
	case len(a.roles) > 0:
		return valuesOf(a.roles)
	}
	return defaultRoles
}

// checkRoles reports roles that members of an organization cannot have. Of an organization that is not of the file, the real WorkOS may
// have them.
func (a *assigned) checkRoles(r *resolver, organizationID string, isLocal bool) {
	if a.role.Given && len(a.roles) > 0 {
		r.doc.Fail(a.roles[0].Place, "give either role or roles, not both")
	}
	checkRole(r, a.role, organizationID, isLocal)
	for _, slug := range a.roles {
		checkRole(r, slug, organizationID, isLocal)
	}
}

func checkRole(r *resolver, slug text, organizationID string, isLocal bool) {
	if !slug.Set || r.hasRole(organizationID, slug.Value) {
		return
	}
	switch others := r.roles[slug.Value]; {
	case !isLocal:
		r.doc.Warn("roles of members", slug.Place, "is no role of this file, so it comes without permissions")
	case len(others) > 0:
		r.doc.Fail(slug.Place, "is a role of another organization")
	case r.mayQuote(slug):
		r.doc.Fail(slug.Place, "no role is called %q%s", slug.Value, r.doc.DidYouMean(slug.Value, r.rolesOf(organizationID)))
	default:
		r.doc.Fail(slug.Place, "no role has this slug")
	}
}

// roleSlugs are the roles of the file by slug: the ids of the organizations that have one, which are empty for the environment.
type roleSlugs map[string][]string

// hasRole reports whether members of an organization can have a role.
func (r *resolver) hasRole(organizationID, slug string) bool {
	if r.roles == nil {
		r.roles = roleSlugs{}
		for _, entry := range roles.of(r.seed) {
			r.roles[entry.row.Slug] = append(r.roles[entry.row.Slug], entry.row.OrganizationID)
		}
	}
	organizations := r.roles[slug]
	return slices.Contains(organizations, "") || organizationID != "" && slices.Contains(organizations, organizationID)
}

// rolesOf are the slugs that a message about the roles of an organization may hold.
func (r *resolver) rolesOf(organizationID string) []string {
	var slugs []string
	entries := roles.in(r.file)
	for i := range entries {
		e := &entries[i]
		if (!e.organizationID.Given || e.organizationID.Value == organizationID) && r.mayQuote(e.slug) {
			slugs = append(slugs, e.slug.Value)
		}
	}
	return slugs
}
