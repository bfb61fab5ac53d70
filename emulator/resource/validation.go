package resource

import (
	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/store"
)

// validationBody is the answer to POST /api_keys/validations. The key is null for a value that is not valid, for any reason.
type validationBody struct {
	APIKey *apiKeyBody `json:"api_key"`
}

// validatedIsLocal reports whether the value to validate is or was a local secret, which must not be sent.
func (h apiKeyHandler) validatedIsLocal(r *api.Request) (bool, error) {
	value, err := requiredText(r, "value")
	if err != nil {
		return false, err
	}
	return h.Keys.Accepts(value) || h.Keys.Secrets().Knows(value), nil
}

// validate answers POST /api_keys/validations. A key that has expired is not valid.
func (h apiKeyHandler) validate(r *api.Request) (api.Answer, error) {
	value, err := requiredText(r, "value")
	if err != nil {
		return api.Answer{}, err
	}
	k, found := r.View.APIKeyByDigest(store.DigestOf(value))
	if !found || k.Expired(r.Now) {
		return api.OK(validationBody{})
	}
	k.Used(r.Now)
	body := apiKeyWire(k)
	return api.OK(validationBody{&body})
}
