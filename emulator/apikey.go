package emulator

import (
	"errors"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/store"
)

// apiKeyBody is WorkOS's `api_key`.
type apiKeyBody struct {
	Object      string    `json:"object"`
	ID          string    `json:"id"`
	Owner       ownerBody `json:"owner"`
	Name        string    `json:"name"`
	Obfuscated  string    `json:"obfuscated_value"`
	LastUsedAt  timestamp `json:"last_used_at"`
	ExpiresAt   timestamp `json:"expires_at"`
	Permissions []string  `json:"permissions"`
	CreatedAt   timestamp `json:"created_at"`
	UpdatedAt   timestamp `json:"updated_at"`
	Value       string    `json:"value,omitempty"` // once, when it is created
}

// ownerBody is the organization or user that holds a key.
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
		LastUsedAt:  timestamp(k.LastUsedAt()),
		ExpiresAt:   timestamp(k.ExpiresAt),
		Permissions: append([]string{}, k.Permissions...),
		CreatedAt:   timestamp(k.CreatedAt),
		UpdatedAt:   timestamp(k.UpdatedAt),
	}
	if k.UserID != "" {
		body.Owner = ownerBody{Type: "user", ID: k.UserID, OrganizationID: k.OrganizationID}
	}
	return body
}

func (c *call) apiKeyIsLocal() (bool, error) {
	_, ok := store.APIKeys.Get(c.txn, c.param())
	return ok, nil
}

func (c *call) listOrganizationAPIKeys() (answer, error) {
	return c.listAPIKeys(c.query(), c.organizationOwns(c.param()), "Organization", func(p store.Page) (store.List[store.APIKey], error) {
		return c.txn.OrganizationAPIKeys(c.param(), p)
	})
}

func (c *call) listUserAPIKeys() (answer, error) {
	q := c.query()
	organization := q.one("organization_id")
	return c.listAPIKeys(q, c.userOwns(c.param()), "User", func(p store.Page) (store.List[store.APIKey], error) {
		return c.txn.UserAPIKeys(c.param(), organization, p)
	})
}

// listAPIKeys answers with the keys of an owner, and 404 where neither side knows the owner.
func (c *call) listAPIKeys(q *query, ofLocal bool, kind string, page func(store.Page) (store.List[store.APIKey], error)) (answer, error) {
	a, err := answerList(c, q, collection[store.APIKey, apiKeyBody]{
		page:     page,
		wire:     apiKeyWire,
		id:       func(k store.APIKey) string { return k.ID },
		presence: func(id string, at store.Moment) store.Presence { return store.APIKeys.Presence(c.txn, id, at) },
		ofLocal:  ofLocal,
	})
	if err == nil && !ofLocal && c.source == source.Emulator {
		return notFound(kind)(c)
	}
	return a, err
}

func (c *call) createOrganizationAPIKey() (answer, error) {
	in, err := c.input()
	if err != nil {
		return answer{}, err
	}
	return c.createAPIKey(in, store.APIKey{OrganizationID: c.param()})
}

func (c *call) createUserAPIKey() (answer, error) {
	in, err := c.input()
	if err != nil {
		return answer{}, err
	}
	return c.createAPIKey(in, store.APIKey{UserID: c.param(), OrganizationID: in.requiredText("organization_id")})
}

// createAPIKey creates a key for the owner that k has already.
func (c *call) createAPIKey(in *input, k store.APIKey) (answer, error) {
	k.Name = in.name()
	k.Permissions = in.set("permissions", field.Permission)
	k.ExpiresAt = in.future("expires_at", c.now)
	if err := in.err(); err != nil {
		return answer{}, err
	}
	if k.UserID != "" {
		if err := c.requireUser(k.UserID); err != nil {
			return answer{}, err
		}
	}
	if err := c.requireOrganization(k.OrganizationID); err != nil {
		return answer{}, err
	}
	value, err := credential.NewAPIKey(c.emulator.Random)
	if err != nil {
		return answer{}, err
	}
	k.Digest, k.Obfuscated = store.DigestOf(value), credential.Obfuscate(value)
	if k.Meta, err = c.newMeta(id.APIKey); err != nil {
		return answer{}, err
	}
	if err := c.insert(k.OrganizationID, k.UserID, func(tx *store.Txn) error { return store.APIKeys.Insert(tx, k) }); err != nil {
		return answer{}, err
	}
	body := apiKeyWire(k)
	body.Value = value
	return created201(body)
}

// expireAPIKey ends a key now or at a given time, or takes back that it is to end.
func (c *call) expireAPIKey() (answer, error) {
	in, err := c.input()
	if err != nil {
		return answer{}, err
	}
	at := in.moment("expires_at")
	if err := in.err(); err != nil {
		return answer{}, err
	}
	if !in.isNull("expires_at") && !at.After(c.now) {
		at = c.now
	}
	var expired store.APIKey
	err = c.emulator.Store.Update(func(tx *store.Txn) error {
		expired, err = store.APIKeys.Update(tx, c.param(), func(k *store.APIKey) error {
			if k.Expired(c.now) {
				return errConflict("api_key_already_expired", "API key is already expired")
			}
			k.ExpiresAt, k.UpdatedAt = at, c.now
			return nil
		})
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return notFound("API Key")(c)
	}
	if err != nil {
		return answer{}, err
	}
	return ok(apiKeyWire(expired))
}

func (c *call) deleteAPIKey() (answer, error) {
	err := c.emulator.Store.Update(func(tx *store.Txn) error { return store.APIKeys.Delete(tx, c.param()) })
	if errors.Is(err, store.ErrNotFound) {
		return notFound("API Key")(c)
	}
	return answer{status: http.StatusNoContent}, err
}
