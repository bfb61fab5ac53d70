package emulator

import (
	"errors"
	"net/http"
	"slices"

	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// applicationBody is WorkOS's `connect_application`. The members below UpdatedAt depend on the type.
type applicationBody struct {
	Object          string                `json:"object"`
	ID              string                `json:"id"`
	ClientID        string                `json:"client_id"`
	Description     *string               `json:"description"`
	Name            string                `json:"name"`
	Scopes          []string              `json:"scopes"`
	ApplicationType store.ApplicationType `json:"application_type"`
	CreatedAt       timestamp             `json:"created_at"`
	UpdatedAt       timestamp             `json:"updated_at"`

	OrganizationID string `json:"organization_id,omitempty"`
	*oauthApplicationBody
}

// oauthApplicationBody is what only oauth applications have.
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
		CreatedAt:       timestamp(a.CreatedAt),
		UpdatedAt:       timestamp(a.UpdatedAt),
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

func (c *call) applicationIsLocal() (bool, error) {
	_, ok := c.txn.ApplicationByAnyID(c.param())
	return ok, nil
}

func (c *call) listApplications() (answer, error) {
	q := c.query()
	organization := q.one("organization_id")
	registrations := q.many("registration_types")
	for _, registration := range registrations {
		if registration != "authenticated" && registration != "dynamic" {
			q.fail("registration_types", "unknown", "registration_types must be authenticated or dynamic")
		}
	}
	return answerList(c, q, collection[store.Application, applicationBody]{
		page: func(p store.Page) (store.List[store.Application], error) {
			if len(registrations) > 0 && !slices.Contains(registrations, "authenticated") {
				_, err := c.txn.OrganizationApplications(organization, p)
				return store.List[store.Application]{}, err // no local application registered itself
			}
			return c.txn.OrganizationApplications(organization, p)
		},
		wire:     applicationWire,
		id:       func(a store.Application) string { return a.ID },
		presence: func(id string, at store.Moment) store.Presence { return store.Applications.Presence(c.txn, id, at) },
		ofLocal:  organization != "" && c.organizationOwns(organization),
	})
}

func (c *call) getApplication() (answer, error) {
	a, found := c.txn.ApplicationByAnyID(c.param())
	if !found {
		return notFound("Connect Application")(c)
	}
	return ok(applicationWire(a))
}

func (c *call) createApplication() (answer, error) {
	in, err := c.input()
	if err != nil {
		return answer{}, err
	}
	a, err := newApplication(in)
	if err != nil {
		return answer{}, err
	}
	if a.OrganizationID != "" {
		if err := c.requireOrganization(a.OrganizationID); err != nil {
			return answer{}, err
		}
	}
	if a.Meta, err = c.newMeta(id.Application); err != nil {
		return answer{}, err
	}
	if a.ClientID, err = id.New(id.Client, c.now, c.emulator.Random); err != nil {
		return answer{}, err
	}
	if err := c.insert(a.OrganizationID, "", func(tx *store.Txn) error { return store.Applications.Insert(tx, a) }); err != nil {
		return answer{}, err
	}
	return created201(applicationWire(a))
}

func (c *call) updateApplication() (answer, error) {
	in, err := c.input()
	if err != nil {
		return answer{}, err
	}
	var updated store.Application
	err = c.emulator.Store.Update(func(tx *store.Txn) error {
		a, found := tx.ApplicationByAnyID(c.param())
		if !found {
			return store.ErrNotFound
		}
		updated, err = store.Applications.Update(tx, a.ID, func(a *store.Application) error {
			a.UpdatedAt = c.now
			return in.changeApplication(a)
		})
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return notFound("Connect Application")(c)
	}
	if err != nil {
		return answer{}, err
	}
	return ok(applicationWire(updated))
}

func (c *call) deleteApplication() (answer, error) {
	err := c.emulator.Store.Update(func(tx *store.Txn) error {
		a, found := tx.ApplicationByAnyID(c.param())
		if !found {
			return store.ErrNotFound
		}
		return store.Applications.Delete(tx, a.ID)
	})
	if errors.Is(err, store.ErrNotFound) {
		return notFound("Connect Application")(c)
	}
	return answer{status: http.StatusNoContent}, err
}
