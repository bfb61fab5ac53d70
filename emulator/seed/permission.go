package seed

import (
	"cmp"

	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
	"github.com/caddy-workos/caddy-workos/store"
)

type permission struct {
	document.Place
	slug, name, description, resourceType text
}

var permissions = &kindOf[permission, store.Permission]{
	singular: "permission", plural: "permissions",
	block: format.Block[permission]{
		Name:       "permissions",
		Definition: "permission",
		Entry:      "A permission.",
		About:      "What roles and API keys allow.",
		Fields: []format.Field[permission]{
			format.Required("slug", format.RequiredText(field.PermissionRule), func(p *permission) *text { return &p.slug },
				"The slug, by which roles refer to the permission: at most 48 lower-case letters, digits and `-` `_` `:` `.` `*`. Unique."),
			format.Required("name", nameText, func(p *permission) *text { return &p.name }, "The name."),
			format.Optional("description", format.Text(field.AboutRule), func(p *permission) *text { return &p.description },
				"What it allows, in at most 150 characters."),
			format.Optional("resource_type_slug", format.FilledText(anyRule), func(p *permission) *text { return &p.resourceType },
				"What it is about. `organization` where it is left out."),
		},
	},
	identity: identity[permission]{
		prefix:  "perm",
		natural: func(p *permission) []string { return []string{p.slug.Value} },
	},
	called:   func(p *permission) text { return p.slug },
	calledBy: "slug",
	row:      (*permission).row,
	table:    &table[store.Permission]{Table: store.Permissions},
}

// organizationType is the resource type of a role or a permission that has none in the file.
const organizationType = "organization"

func (p *permission) row(r *resolver, permissionID string) store.Permission {
	r.unique.add("permission slug", p.slug.Value, p.slug.Place)
	return store.Permission{
		Meta:             store.Meta{ID: permissionID},
		Slug:             p.slug.Value,
		Name:             p.name.Value,
		Description:      p.description.Value,
		ResourceTypeSlug: cmp.Or(p.resourceType.Value, organizationType),
	}
}
