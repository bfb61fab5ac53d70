package store

// Permission is what roles and API keys allow, WorkOS's `permission`.
type Permission struct {
	Meta
	Slug             string // unique
	Name             string
	Description      string // optional
	ResourceTypeSlug string
}

func (p *Permission) clone() Permission { return *p }

// Permissions is the table of permissions.
var Permissions = newTable(Table[Permission]{
	name:   "permissions",
	unique: []unique[Permission]{{field: "slug", value: func(p *Permission) string { return p.Slug }}},
	retire: []string{primary},
})

// PermissionBySlug looks up a permission by its slug.
func (t *Txn) PermissionBySlug(slug string) (Permission, bool) {
	return Permissions.get(t, "slug", slug)
}
