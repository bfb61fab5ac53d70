package resource

import (
	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/merge"
	"github.com/caddy-workos/caddy-workos/store"
)

// roleBody is WorkOS's `role`.
type roleBody struct {
	Object           string         `json:"object"`
	ID               string         `json:"id"`
	Slug             string         `json:"slug"`
	Name             string         `json:"name"`
	Description      *string        `json:"description"`
	Type             store.RoleType `json:"type"`
	ResourceTypeSlug string         `json:"resource_type_slug"`
	Permissions      []string       `json:"permissions"`
	CreatedAt        api.Timestamp  `json:"created_at"`
	UpdatedAt        api.Timestamp  `json:"updated_at"`
}

func roleWire(r store.Role) roleBody {
	return roleBody{
		Object:           "role",
		ID:               r.ID,
		Slug:             r.Slug,
		Name:             r.Name,
		Description:      api.OrNull(r.Description),
		Type:             r.Type,
		ResourceTypeSlug: r.ResourceTypeSlug,
		Permissions:      append([]string{}, r.Permissions...),
		CreatedAt:        api.Timestamp(r.CreatedAt),
		UpdatedAt:        api.Timestamp(r.UpdatedAt),
	}
}

var roleKind = kind[store.Role, roleBody]{name: "Role", table: store.Roles, find: store.Roles.Get, wire: roleWire}

func roles(s *Service) api.Group {
	return api.Group{
		Name: "roles",
		Routes: []api.Route{
			{Method: "GET", Pattern: "/authorization/roles", Rule: api.Listed, Serve: s.listRoles},
		},
		NotEmulated: []api.Route{{Method: "POST", Pattern: "/authorization/roles"}},
	}
}

// listRoles answers GET /authorization/roles: the roles of the environment in order of their priority, without pages (LOGIN.md §6).
func (s *Service) listRoles(r *api.Request) (api.Answer, error) {
	var items []merge.Item
	for _, role := range r.View.EnvironmentRoles() {
		encoded, err := api.EncodeJSON(roleKind.wire(role))
		if err != nil {
			return api.Answer{}, err
		}
		items = append(items, merge.Item{ID: role.Slug, JSON: encoded})
	}
	return s.Lists.AnswerWhole(r, "slug", items)
}
