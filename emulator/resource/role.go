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

var roleKind = kind[store.Role, roleBody]{name: "Role", table: store.Roles, find: (*store.Txn).EnvironmentRole, wire: roleWire}

func roles(s *Service) api.Group {
	const (
		environment  = "/authorization/roles"
		organization = "/authorization/organizations/{organizationId}/roles"
	)
	h := roleHandler{s}
	return api.Group{
		Name: "roles",
		Routes: []api.Route{
			{Method: "GET", Pattern: environment, Rule: api.Listed, Serve: h.list},
			roleKind.getRoute(environment + "/{slug}"),
			{Method: "GET", Pattern: organization, Rule: api.Listed, Serve: h.listOfOrganization},
			{Method: "GET", Pattern: organization + "/{slug}", Rule: api.ByID, Local: h.isLocal, Serve: h.get, Unanswered: h.notFound},
		},
		NotEmulated: []api.Route{
			{Method: "POST", Pattern: environment},
			{Method: "PATCH", Pattern: environment + "/{slug}"},
			{Method: "PUT", Pattern: environment + "/{slug}/permissions"},
			{Method: "POST", Pattern: environment + "/{slug}/permissions"},
			{Method: "POST", Pattern: organization},
			{Method: "PATCH", Pattern: organization + "/{slug}"},
			{Method: "DELETE", Pattern: organization + "/{slug}"},
			{Method: "PUT", Pattern: organization + "/{slug}/permissions"},
			{Method: "POST", Pattern: organization + "/{slug}/permissions"},
			{Method: "DELETE", Pattern: organization + "/{slug}/permissions/{permissionSlug}"},
		},
	}
}

type roleHandler struct{ *Service }

// list answers GET /authorization/roles: the roles of the environment in order of their priority, without pages (LOGIN.md §6).
func (h roleHandler) list(r *api.Request) (api.Answer, error) {
	return h.whole(r, merge.Whole{Path: r.Path()}, r.View.EnvironmentRoles())
}

// listOfOrganization answers with the roles that members of an organization can have. The upstream does not know a local organization,
// and is asked for the roles of the environment instead. It answers 404 where neither side knows the organization.
func (h roleHandler) listOfOrganization(r *api.Request) (api.Answer, error) {
	w := merge.Whole{Path: r.Path(), OfLocal: organizationOwns(r.View, r.Param())}
	if store.Organizations.Has(r.View, r.Param()) {
		w.Path = "/authorization/roles"
	}
	a, err := h.whole(r, w, r.View.RolesOfOrganization(r.Param()))
	if err == nil && a.Source == "" && !w.OfLocal {
		return api.Answer{}, api.NotFound("Organization", r.Param())
	}
	return a, err
}

func (h roleHandler) whole(r *api.Request, w merge.Whole, roles []store.Role) (api.Answer, error) {
	for _, role := range roles {
		encoded, err := api.EncodeJSON(roleWire(role))
		if err != nil {
			return api.Answer{}, err
		}
		w.Items = append(w.Items, merge.Item{ID: role.Slug, JSON: encoded})
	}
	w.Member = "slug"
	return h.Lists.AnswerWhole(r, w)
}

// find looks up the role that the path names by organization and slug: one of the organization, or one of the environment in a local
// organization.
func (h roleHandler) find(r *api.Request) (store.Role, bool) {
	role, found := r.View.RoleInOrganization(r.Params[0], r.Params[1])
	if found && role.OrganizationID == "" {
		_, found = store.Organizations.Get(r.View, r.Params[0])
	}
	return role, found
}

func (h roleHandler) isLocal(r *api.Request) (bool, error) {
	_, found := h.find(r)
	return found, nil
}

func (h roleHandler) get(r *api.Request) (api.Answer, error) {
	role, found := h.find(r)
	if !found {
		return h.notFound(r)
	}
	return api.OK(roleWire(role))
}

// notFound is the 404 for the organization, or for its role.
func (h roleHandler) notFound(r *api.Request) (api.Answer, error) {
	if !organizationOwns(r.View, r.Params[0]) {
		return api.Answer{}, api.NotFound("Organization", r.Params[0])
	}
	return api.Answer{}, api.NotFound("Role", r.Params[1])
}
