package resource

import (
	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/store"
)

// permissionBody is WorkOS's `permission`.
type permissionBody struct {
	Object           string        `json:"object"`
	ID               string        `json:"id"`
	Slug             string        `json:"slug"`
	Name             string        `json:"name"`
	Description      *string       `json:"description"`
	System           bool          `json:"system"`
	ResourceTypeSlug string        `json:"resource_type_slug"`
	CreatedAt        api.Timestamp `json:"created_at"`
	UpdatedAt        api.Timestamp `json:"updated_at"`
}

func permissionWire(p store.Permission) permissionBody {
	return permissionBody{
		Object:           "permission",
		ID:               p.ID,
		Slug:             p.Slug,
		Name:             p.Name,
		Description:      api.OrNull(p.Description),
		ResourceTypeSlug: p.ResourceTypeSlug,
		CreatedAt:        api.Timestamp(p.CreatedAt),
		UpdatedAt:        api.Timestamp(p.UpdatedAt),
	}
}

var permissionKind = kind[store.Permission, permissionBody]{
	name: "Permission", table: store.Permissions, find: (*store.Txn).PermissionBySlug, wire: permissionWire,
}

func permissions(s *Service) api.Group {
	const path = "/authorization/permissions"
	return api.Group{
		Name: "permissions",
		Routes: []api.Route{
			{Method: "GET", Pattern: path, Rule: api.Listed, Serve: s.listPermissions},
			permissionKind.getRoute(path + "/{slug}"),
		},
		NotEmulated: []api.Route{
			{Method: "POST", Pattern: path},
			{Method: "PATCH", Pattern: path + "/{slug}"},
			{Method: "DELETE", Pattern: path + "/{slug}"},
		},
	}
}

// listPermissions answers GET /authorization/permissions, with pages (LOGIN.md §6).
func (s *Service) listPermissions(r *api.Request) (api.Answer, error) {
	return permissionKind.list(s, r, r.Query(), false, func(p store.Page) (store.List[store.Permission], error) {
		return store.Permissions.Page(r.View, p, nil)
	})
}
