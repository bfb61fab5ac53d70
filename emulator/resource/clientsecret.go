package resource

import (
	"fmt"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// clientSecretBody is WorkOS's `connect_application_secret`.
type clientSecretBody struct {
	Object     string        `json:"object"`
	ID         string        `json:"id"`
	Hint       string        `json:"secret_hint"`
	LastUsedAt api.Timestamp `json:"last_used_at"`
	CreatedAt  api.Timestamp `json:"created_at"`
	UpdatedAt  api.Timestamp `json:"updated_at"`
	Secret     string        `json:"secret,omitempty"` // only in the answer that creates it
}

func clientSecretWire(s store.ClientSecret) clientSecretBody {
	return clientSecretBody{
		Object:     "connect_application_secret",
		ID:         s.ID,
		Hint:       s.Hint,
		LastUsedAt: api.Timestamp(s.LastUsedAt()),
		CreatedAt:  api.Timestamp(s.CreatedAt),
		UpdatedAt:  api.Timestamp(s.UpdatedAt),
	}
}

var clientSecretKind = kind[store.ClientSecret, clientSecretBody]{
	name: "Client Secret", table: store.ClientSecrets, find: store.ClientSecrets.Get, wire: clientSecretWire,
}

// clientSecretRoutes returns the routes of client secrets. They belong to the group of applications.
func clientSecretRoutes(s *Service) []api.Route {
	h := clientSecretHandler{s}
	create := applicationKind.byID("POST", "/connect/applications/{id}/client_secrets", h.create)
	create.Creates = true
	return []api.Route{
		applicationKind.byID("GET", "/connect/applications/{id}/client_secrets", h.list),
		create,
		clientSecretKind.byID("DELETE", "/connect/client_secrets/{id}",
			clientSecretKind.remove(s, http.StatusNoContent, store.ClientSecrets.Delete)),
	}
}

type clientSecretHandler struct{ *Service }

// list answers with a bare array, oldest first: this list has no pages.
func (h clientSecretHandler) list(r *api.Request) (api.Answer, error) {
	a, found := r.View.ApplicationByAnyID(r.Param())
	if !found {
		return applicationKind.notFound(r)
	}
	secrets := []clientSecretBody{}
	for _, s := range r.View.ClientSecrets(a.ID) {
		secrets = append(secrets, clientSecretWire(s))
	}
	return api.OK(secrets)
}

func (h clientSecretHandler) create(r *api.Request) (api.Answer, error) {
	if _, err := r.Input(); err != nil {
		return api.Answer{}, err
	}
	secret, err := credential.NewClientSecret(h.Random)
	if err != nil {
		return api.Answer{}, err
	}
	s := store.ClientSecret{Digest: store.DigestOf(secret), Hint: credential.Hint(secret)}
	if s.Meta, err = h.newMeta(r, id.ClientSecret); err != nil {
		return api.Answer{}, err
	}
	err = applicationKind.change(h.Service, r, func(tx *store.Txn) error {
		a, found := tx.ApplicationByAnyID(r.Param())
		if !found {
			return store.ErrNotFound
		}
		if len(tx.ClientSecrets(a.ID)) >= credential.MaxClientSecrets {
			return api.Invalid(api.FieldError{
				Field:   "id",
				Code:    "too_many_secrets",
				Message: fmt.Sprintf("an application has at most %d client secrets: delete one first", credential.MaxClientSecrets),
			})
		}
		s.ApplicationID = a.ID
		return store.ClientSecrets.Insert(tx, s)
	})
	if err != nil {
		return api.Answer{}, err
	}
	body := clientSecretWire(s)
	body.Secret = secret
	return api.Created(body)
}
