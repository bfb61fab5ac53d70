package emulator

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// clientSecretBody is WorkOS's `connect_application_secret`.
type clientSecretBody struct {
	Object     string    `json:"object"`
	ID         string    `json:"id"`
	Hint       string    `json:"secret_hint"`
	LastUsedAt timestamp `json:"last_used_at"`
	CreatedAt  timestamp `json:"created_at"`
	UpdatedAt  timestamp `json:"updated_at"`
	Secret     string    `json:"secret,omitempty"` // once, when it is created
}

func clientSecretWire(s store.ClientSecret) clientSecretBody {
	return clientSecretBody{
		Object:     "connect_application_secret",
		ID:         s.ID,
		Hint:       s.Hint,
		LastUsedAt: timestamp(s.LastUsedAt()),
		CreatedAt:  timestamp(s.CreatedAt),
		UpdatedAt:  timestamp(s.UpdatedAt),
	}
}

func (c *call) clientSecretIsLocal() (bool, error) {
	_, ok := store.ClientSecrets.Get(c.txn, c.param())
	return ok, nil
}

// listClientSecrets answers with a bare array, oldest first: this list has no pages.
func (c *call) listClientSecrets() (answer, error) {
	a, found := c.txn.ApplicationByAnyID(c.param())
	if !found {
		return notFound("Connect Application")(c)
	}
	secrets := []clientSecretBody{}
	for _, s := range c.txn.ClientSecrets(a.ID) {
		secrets = append(secrets, clientSecretWire(s))
	}
	return ok(secrets)
}

func (c *call) createClientSecret() (answer, error) {
	if _, err := c.input(); err != nil {
		return answer{}, err
	}
	secret, err := credential.NewClientSecret(c.emulator.Random)
	if err != nil {
		return answer{}, err
	}
	s := store.ClientSecret{Digest: store.DigestOf(secret), Hint: credential.Hint(secret)}
	if s.Meta, err = c.newMeta(id.ClientSecret); err != nil {
		return answer{}, err
	}
	err = c.emulator.Store.Update(func(tx *store.Txn) error {
		a, found := tx.ApplicationByAnyID(c.param())
		if !found {
			return store.ErrNotFound
		}
		if len(tx.ClientSecrets(a.ID)) >= credential.MaxClientSecrets {
			return errInvalid(fieldError{
				Field:   "id",
				Code:    "too_many_secrets",
				Message: fmt.Sprintf("an application has at most %d client secrets: delete one first", credential.MaxClientSecrets),
			})
		}
		s.ApplicationID = a.ID
		return store.ClientSecrets.Insert(tx, s)
	})
	if errors.Is(err, store.ErrNotFound) {
		return notFound("Connect Application")(c)
	}
	if err != nil {
		return answer{}, err
	}
	body := clientSecretWire(s)
	body.Secret = secret
	return created201(body)
}

func (c *call) deleteClientSecret() (answer, error) {
	err := c.emulator.Store.Update(func(tx *store.Txn) error { return store.ClientSecrets.Delete(tx, c.param()) })
	if errors.Is(err, store.ErrNotFound) {
		return notFound("Client Secret")(c)
	}
	return answer{status: http.StatusNoContent}, err
}
