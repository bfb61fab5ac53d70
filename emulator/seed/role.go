package seed

import (
	"cmp"
	"math"
	"slices"

	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/rolegrant"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
	"github.com/caddy-workos/caddy-workos/store"
)

type role struct {
	document.Place
	slug, name, description, kind, organizationID, resourceType text
	permissions                                                 []text
	isDefault                                                   bool
	priority, position                                          int
}

var roles = &kindOf[role, store.Role]{
	singular: "role", plural: "roles",
	block: format.Block[role]{
		Name:       "roles",
		Definition: "role",
		Entry:      "A role.",
		About:      "What members of organizations may do. The role `member`, which has no permissions, is always there, unless the file has one.",
		Fields: []format.Field[role]{
			format.Required("slug", format.RequiredText(field.RoleRule), func(r *role) *text { return &r.slug },
				"The slug: at most 48 lower-case letters, digits, `-` and `_`. Unique in the environment, or in the organization."),
			format.Required("name", nameText, func(r *role) *text { return &r.name }, "The name."),
			format.Optional("description", format.Text(field.AboutRule), func(r *role) *text { return &r.description },
				"What it is for, in at most 150 characters."),
			format.Optional("type", format.OneOf(string(store.EnvironmentRole), string(store.OrganizationRole)), func(r *role) *text { return &r.kind },
				"`EnvironmentRole`, or `OrganizationRole` for one of a single organization. Where it is left out: that which `organization_id` says."),
			format.Optional("organization_id", idText, func(r *role) *text { return &r.organizationID },
				"The organization of an `OrganizationRole`, by id. It is not looked up, because the organization may live upstream."),
			format.Optional("is_default_role", format.Bool, func(r *role) *bool { return &r.isDefault },
				"Whether it is marked as the default role. Members of this file who are given no role have the role `member`, whichever is marked."),
			format.Optional("priority", format.Integer(0, math.MaxInt32), func(r *role) *int { return &r.priority },
				"Of two roles, the one with the higher priority comes first, and of equal ones the first of the file. 0 where it is left out."),
			format.Optional("resource_type_slug", format.FilledText(anyRule), func(r *role) *text { return &r.resourceType },
				"What it is about. `organization` where it is left out."),
			format.Optional("permissions", format.TextSet(field.PermissionRule), func(r *role) *[]text { return &r.permissions },
				"Slugs of permissions. Where the file has a block `permissions`, they must be in it."),
		},
	},
	gathered: withMemberRole,
	identity: identity[role]{
		prefix: "role",
		natural: func(r *role) []string {
			if r.Line == 0 { // the implied one is another role, so that one of the file has its place among those of the file
				return []string{r.slug.Value, "", "implied"}
			}
			return []string{r.slug.Value, r.organizationID.Value}
		},
	},
	check: (*role).check,
	row:   (*role).row,
	table: &table[store.Role]{
		Table:  store.Roles,
		owners: func(r *store.Role) []ownerRow { return []ownerRow{{store.Organizations, r.OrganizationID}} },
	},
}

// withMemberRole adds the role that every environment has (LOGIN.md §6, "new environment"), as the last one. It numbers the roles, so
// that their order is that of the file after an edit too.
func withMemberRole(_ *file, entries []role) []role {
	if !slices.ContainsFunc(entries, func(r role) bool { return r.slug.Value == rolegrant.Default && !r.organizationID.Given }) {
		entries = append(entries, role{slug: text{Value: rolegrant.Default, Raw: rolegrant.Default, Set: true}, name: text{Value: "Member", Set: true}, priority: -1})
	}
	for i := range entries {
		entries[i].position = i
	}
	return entries
}

// check reports a type that does not fit the organization, and permissions that the file does not have. Without a block of permissions,
// they may live upstream.
func (r *role) check(by *resolver) {
	isOfOrganization := r.roleType() == store.OrganizationRole
	switch {
	case isOfOrganization && !r.organizationID.Given:
		by.doc.Fail(r.Place.At("organization_id"), "is required for an OrganizationRole")
	case !isOfOrganization && r.organizationID.Given:
		by.doc.Fail(r.organizationID.Place, "is for an OrganizationRole only")
	}
	for _, slug := range r.permissions {
		switch {
		case len(permissions.allNamed(by, slug.Value)) > 0:
		case by.file.declared[permissions.block.Name]:
			permissions.find(by, slug, "")
		default:
			by.doc.Warn("roles.permissions", slug.Place, "is no permission of this file")
		}
	}
}

func (r *role) roleType() store.RoleType {
	switch {
	case r.kind.Value != "":
		return store.RoleType(r.kind.Value)
	case r.organizationID.Given:
		return store.OrganizationRole
	}
	return store.EnvironmentRole
}

func (r *role) row(by *resolver, roleID string) store.Role {
	by.unique.add("role slug of "+r.organizationID.Value, r.slug.Value, r.slug.Place)
	return store.Role{
		Meta:             store.Meta{ID: roleID},
		Slug:             r.slug.Value,
		Name:             r.name.Value,
		Description:      r.description.Value,
		Type:             r.roleType(),
		OrganizationID:   r.organizationID.Value,
		IsDefault:        r.isDefault,
		Priority:         r.priority,
		Position:         r.position,
		ResourceTypeSlug: cmp.Or(r.resourceType.Value, organizationType),
		Permissions:      valuesOf(r.permissions),
	}
}
