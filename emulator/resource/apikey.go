package resource

import (
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// apiKeyBody is WorkOS's `api_key` (WORKOS.md, "API keys").
type apiKeyBody struct {
	Object      string        `json:"object"`
	ID          string        `json:"id"`
	Owner       ownerBody     `json:"owner"`
	Name        string        `json:"name"`
	Obfuscated  string        `json:"obfuscated_value"`
	LastUsedAt  api.Timestamp `json:"last_used_at"`
	ExpiresAt   api.Timestamp `json:"expires_at"`
	Permissions []string      `json:"permissions"`
	CreatedAt   api.Timestamp `json:"created_at"`
	UpdatedAt   api.Timestamp `json:"updated_at"`
	Value       string        `json:"value,omitempty"` // only in the answer that creates it
}

// ownerBody is the owner of a key.
type ownerBody struct {
	Type           string `json:"type"`
	ID             string `json:"id"`
	OrganizationID string `json:"organization_id,omitempty"` // of a user
}

func apiKeyWire(k store.APIKey) apiKeyBody {
	body := apiKeyBody{
		Object:      "api_key",
		ID:          k.ID,
		Owner:       ownerBody{Type: "organization", ID: k.OrganizationID},
		Name:        k.Name,
		Obfuscated:  k.Obfuscated,
		LastUsedAt:  api.Timestamp(k.LastUsedAt()),
		ExpiresAt:   api.Timestamp(k.ExpiresAt),
		Permissions: append([]string{}, k.Permissions...),
		CreatedAt:   api.Timestamp(k.CreatedAt),
		UpdatedAt:   api.Timestamp(k.UpdatedAt),
	}
	if k.UserID != "" {
		body.Owner = ownerBody{Type: "user", ID: k.UserID, OrganizationID: k.OrganizationID}
	}
	return body
}

var apiKeyKind = kind[store.APIKey, apiKeyBody]{
	name: "API Key", table: store.APIKeys, find: store.APIKeys.Get, wire: apiKeyWire,
}

func apiKeys(s *Service) api.Group {
	h := apiKeyHandler{s}
	return api.Group{Name: "api_keys", Routes: []api.Route{
		{Method: "POST", Pattern: "/api_keys/validations", Rule: api.BySecret,
			Local: h.validatedIsLocal, Serve: h.validate, Unanswered: h.validate},
		apiKeyKind.byID("POST", "/api_keys/{id}/expire", h.expire),
		apiKeyKind.byID("DELETE", "/api_keys/{id}", apiKeyKind.remove(s, http.StatusNoContent, store.APIKeys.Delete)),
		{Method: "GET", Pattern: "/organizations/{id}/api_keys", Rule: api.Listed, Serve: h.listOfOrganization},
		{Method: "POST", Pattern: "/organizations/{id}/api_keys", Rule: api.Creation, Serve: h.createForOrganization, Creates: true},
		{Method: "GET", Pattern: "/user_management/users/{id}/api_keys", Rule: api.Listed, Serve: h.listOfUser},
		{Method: "POST", Pattern: "/user_management/users/{id}/api_keys", Rule: api.Creation, Serve: h.createForUser, Creates: true},
	}}
}

type apiKeyHandler struct{ *Service }

func (h apiKeyHandler) listOfOrganization(r *api.Request) (api.Answer, error) {
	return h.list(r, r.Query(), organizationOwns(r.View, r.Param()), "Organization", func(p store.Page) (store.List[store.APIKey], error) {
		return r.View.OrganizationAPIKeys(r.Param(), p)
	})
}

func (h apiKeyHandler) listOfUser(r *api.Request) (api.Answer, error) {
	q := r.Query()
	organization := q.One("organization_id")
	return h.list(r, q, userOwns(r.View, r.Param()), "User", func(p store.Page) (store.List[store.APIKey], error) {
		return r.View.UserAPIKeys(r.Param(), organization, p)
	})
}

// list answers with the keys of an owner. It answers 404 where neither side knows the owner.
func (h apiKeyHandler) list(r *api.Request, q *api.Query, ofLocal bool, kind string, page func(store.Page) (store.List[store.APIKey], error)) (api.Answer, error) {
	a, err := apiKeyKind.list(h.Service, r, q, ofLocal, page)
	if err == nil && !ofLocal && a.Source == "" {
		return api.Answer{}, api.NotFound(kind, r.Param())
	}
	return a, err
}

func (h apiKeyHandler) createForOrganization(r *api.Request) (api.Answer, error) {
	in, err := r.Input()
	if err != nil {
		return api.Answer{}, err
	}
	return h.create(r, in, store.APIKey{OrganizationID: r.Param()})
}

func (h apiKeyHandler) createForUser(r *api.Request) (api.Answer, error) {
	in, err := r.Input()
	if err != nil {
		return api.Answer{}, err
	}
	return h.create(r, in, store.APIKey{UserID: r.Param(), OrganizationID: in.RequiredText("organization_id")})
}

// create creates a key for the owner that is set in k.
func (h apiKeyHandler) create(r *api.Request, in *api.Input, k store.APIKey) (api.Answer, error) {
	k.Name = in.Name()
	k.Permissions = in.Set("permissions", field.Permission)
	k.ExpiresAt = in.Future("expires_at", r.Now)
	if err := in.Err(); err != nil {
		return api.Answer{}, err
	}
	if k.UserID != "" {
		if err := h.requireUser(r, k.UserID); err != nil {
			return api.Answer{}, err
		}
	}
	if err := h.requireOrganization(r, k.OrganizationID); err != nil {
		return api.Answer{}, err
	}
	value, err := credential.NewAPIKey(h.Random)
	if err != nil {
		return api.Answer{}, err
	}
	k.Digest, k.Obfuscated = store.DigestOf(value), credential.Obfuscate(value)
	if k.Meta, err = h.newMeta(r, id.APIKey); err != nil {
		return api.Answer{}, err
	}
	if err := h.insert(r, k.OrganizationID, k.UserID, func(tx *store.Txn) error { return store.APIKeys.Insert(tx, k) }); err != nil {
		return api.Answer{}, err
	}
	body := apiKeyWire(k)
	body.Value = value
	return api.Created(body)
}

// expire sets when a key expires: now, at a later time, or never again where expires_at is null. A key that has already expired is a
// conflict.
func (h apiKeyHandler) expire(r *api.Request) (api.Answer, error) {
	in, err := r.Input()
	if err != nil {
		return api.Answer{}, err
	}
	at := in.Moment("expires_at")
	if err := in.Err(); err != nil {
		return api.Answer{}, err
	}
	if !in.IsNull("expires_at") && !at.After(r.Now) {
		at = r.Now
	}
	var expired store.APIKey
	err = apiKeyKind.change(h.Service, r, func(tx *store.Txn) error {
		expired, err = store.APIKeys.Update(tx, r.Param(), func(k *store.APIKey) error {
			if k.Expired(r.Now) {
				return api.Conflict("api_key_already_expired", "API key is already expired")
			}
			k.ExpiresAt, k.UpdatedAt = at, r.Now
			return nil
		})
		return err
	})
	if err != nil {
		return api.Answer{}, err
	}
	return api.OK(apiKeyWire(expired))
}
