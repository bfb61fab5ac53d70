package resource

import (
	"net/http"
	"slices"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// applicationBody is WorkOS's `connect_application` (WORKOS.md, "Connect applications and secrets"). The members below UpdatedAt depend
// on the type.
type applicationBody struct {
	Object          string                `json:"object"`
	ID              string                `json:"id"`
	ClientID        string                `json:"client_id"`
	Description     *string               `json:"description"`
	Name            string                `json:"name"`
	Scopes          []string              `json:"scopes"`
	ApplicationType store.ApplicationType `json:"application_type"`
	CreatedAt       api.Timestamp         `json:"created_at"`
	UpdatedAt       api.Timestamp         `json:"updated_at"`

	OrganizationID string `json:"organization_id,omitempty"`
	*oauthApplicationBody
}

// oauthApplicationBody has the members that only oauth applications have.
type oauthApplicationBody struct {
	RedirectURIs  []redirectURIBody `json:"redirect_uris"`
	UsesPKCE      bool              `json:"uses_pkce"`
	IsFirstParty  bool              `json:"is_first_party"`
	WasRegistered *bool             `json:"was_dynamically_registered,omitempty"` // of a third-party application only
}

type redirectURIBody struct {
	URI     string `json:"uri"`
	Default bool   `json:"default"`
}

func applicationWire(a store.Application) applicationBody {
	body := applicationBody{
		Object:          "connect_application",
		ID:              a.ID,
		ClientID:        a.ClientID,
		Description:     a.Description,
		Name:            a.Name,
		Scopes:          append([]string{}, a.Scopes...),
		ApplicationType: a.Type,
		CreatedAt:       api.Timestamp(a.CreatedAt),
		UpdatedAt:       api.Timestamp(a.UpdatedAt),
		OrganizationID:  a.OrganizationID,
	}
	if a.Type != store.OAuth {
		return body
	}
	body.oauthApplicationBody = &oauthApplicationBody{
		RedirectURIs: make([]redirectURIBody, 0, len(a.RedirectURIs)),
		UsesPKCE:     a.UsesPKCE,
		IsFirstParty: a.IsFirstParty,
	}
	for _, uri := range a.RedirectURIs {
		body.RedirectURIs = append(body.RedirectURIs, redirectURIBody(uri))
	}
	if !a.IsFirstParty {
		body.WasRegistered = new(bool)
	}
	return body
}

var applicationKind = kind[store.Application, applicationBody]{
	name: "Connect Application", table: store.Applications, find: (*store.Txn).ApplicationByAnyID, wire: applicationWire,
}

func applications(s *Service) api.Group {
	h := applicationHandler{s}
	return api.Group{Name: "connect_applications", Routes: append([]api.Route{
		{Method: "GET", Pattern: "/connect/applications", Rule: api.Listed, Serve: h.list},
		{Method: "POST", Pattern: "/connect/applications", Rule: api.Creation, Serve: h.create, Creates: true},
		applicationKind.getRoute("/connect/applications/{id}"),
		applicationKind.byID("PUT", "/connect/applications/{id}", h.update),
		applicationKind.byID("DELETE", "/connect/applications/{id}", applicationKind.remove(s, http.StatusNoContent, deleteApplication)),
	}, clientSecretRoutes(s)...)}
}

// deleteApplication deletes an application by its id or its client id.
func deleteApplication(tx *store.Txn, idOrClientID string) error {
	a, found := tx.ApplicationByAnyID(idOrClientID)
	if !found {
		return store.ErrNotFound
	}
	return store.Applications.Delete(tx, a.ID)
}

type applicationHandler struct{ *Service }

func (h applicationHandler) list(r *api.Request) (api.Answer, error) {
	q := r.Query()
	organization := q.One("organization_id")
	registrations := q.Many("registration_types")
	for _, registration := range registrations {
		if registration != "authenticated" && registration != "dynamic" {
			q.Fail("registration_types", "unknown", "registration_types must be authenticated or dynamic")
		}
	}
	return applicationKind.list(h.Service, r, q, organization != "" && organizationOwns(r.View, organization), func(p store.Page) (store.List[store.Application], error) {
		if len(registrations) > 0 && !slices.Contains(registrations, "authenticated") {
			_, err := r.View.OrganizationApplications(organization, p)
			return store.List[store.Application]{}, err // no local application has registered itself
		}
		return r.View.OrganizationApplications(organization, p)
	})
}

func (h applicationHandler) create(r *api.Request) (api.Answer, error) {
	in, err := r.Input()
	if err != nil {
		return api.Answer{}, err
	}
	a, err := newApplication(in)
	if err != nil {
		return api.Answer{}, err
	}
	if a.OrganizationID != "" {
		if err := h.requireOrganization(r, a.OrganizationID); err != nil {
			return api.Answer{}, err
		}
	}
	if a.Meta, err = h.newMeta(r, id.Application); err != nil {
		return api.Answer{}, err
	}
	if a.ClientID, err = id.New(id.Client, r.Now, h.Random); err != nil {
		return api.Answer{}, err
	}
	if err := h.insert(r, a.OrganizationID, "", func(tx *store.Txn) error { return store.Applications.Insert(tx, a) }); err != nil {
		return api.Answer{}, err
	}
	return api.Created(applicationWire(a))
}

func (h applicationHandler) update(r *api.Request) (api.Answer, error) {
	in, err := r.Input()
	if err != nil {
		return api.Answer{}, err
	}
	var updated store.Application
	err = applicationKind.change(h.Service, r, func(tx *store.Txn) error {
		a, found := tx.ApplicationByAnyID(r.Param())
		if !found {
			return store.ErrNotFound
		}
		updated, err = store.Applications.Update(tx, a.ID, func(a *store.Application) error {
			a.UpdatedAt = r.Now
			return changeApplication(in, a)
		})
		return err
	})
	if err != nil {
		return api.Answer{}, err
	}
	return api.OK(applicationWire(updated))
}
