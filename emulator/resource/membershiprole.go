package resource

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/rolegrant"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
	"github.com/caddy-workos/caddy-workos/store"
)

// roleSlugs reads role_slug or role_slugs. It returns nil where neither is given.
func roleSlugs(in *api.Input) []string {
	slug, slugs := in.OptionalText("role_slug"), field.Once(in.Texts("role_slugs"))
	isList := in.Has("role_slugs") && !in.IsNull("role_slugs")
	switch {
	case slug != nil && isList:
		in.Fail("role_slugs", "ambiguous", "role_slug and role_slugs must not be given both")
	case slug != nil:
		return []string{*slug}
	case isList && len(slugs) == 0 && !in.Failed("role_slugs"):
		in.Fail("role_slugs", "required", "role_slugs must not be empty: leave it out")
	case isList:
		return slugs
	}
	return nil
}

// requireRoles returns the slugs, or the default role where there are none. The error is a 422 for a role that members of the
// organization cannot have (LOGIN.md §6).
func (s *Service) requireRoles(r *api.Request, organizationID string, slugs []string) ([]string, error) {
	if len(slugs) == 0 {
		return []string{rolegrant.Default}, nil
	}
	for _, slug := range slugs {
		if err := s.requireRole(r, organizationID, slug, http.StatusUnprocessableEntity); err != nil {
			return nil, err
		}
	}
	return slugs, nil
}

// requireRole returns an error with a status and the code `invalid_role` for a role that members of an organization cannot have. A role
// that is not local may live upstream: what it allows is not known here.
func (s *Service) requireRole(r *api.Request, organizationID, slug string, status int) error {
	role, found := r.View.RoleInOrganization(organizationID, slug)
	if found && role.ResourceTypeSlug != "" && role.ResourceTypeSlug != organizationResource {
		return &api.Problem{
			Status: http.StatusUnprocessableEntity, Code: "sub_resource_scoped_role_not_allowed",
			Message: "Sub-resource scoped roles are not allowed for this operation.", RoleSlug: slug,
		}
	}
	if found || rolegrant.Exists(r.View, organizationID, slug) {
		return nil
	}
	unknown := &api.Problem{Status: status, Code: "invalid_role", Message: fmt.Sprintf("Role '%s' is not a valid role.", slug)}
	folder := "/authorization/roles/"
	if _, local := store.Organizations.Get(r.View, organizationID); !local && s.maySend(organizationID) {
		folder = "/authorization/organizations/" + organizationID + "/roles/"
	}
	err := s.requireUpstream(r, folder, slug, unknown)
	var relayed *upstream.Relayed
	if errors.As(err, &relayed) && (relayed.Status == http.StatusNotFound || relayed.Missed) {
		return unknown
	}
	return err
}

// organizationResource is the resource type of the roles that members of organizations have.
const organizationResource = "organization"
