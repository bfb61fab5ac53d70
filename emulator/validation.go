package emulator

import (
	"github.com/caddy-workos/caddy-workos/store"
)

// validationBody is the answer to POST /api_keys/validations. Whatever is wrong with a value, the answer is null.
type validationBody struct {
	APIKey *apiKeyBody `json:"api_key"`
}

// validatedKeyIsLocal tells whether the value to validate is, or was, a local secret, which is not to be sent anywhere.
func (c *call) validatedKeyIsLocal() (bool, error) {
	value, err := c.validatedValue()
	if err != nil {
		return false, err
	}
	_, isAccepted := c.emulator.accept[store.DigestOf(value)]
	return isAccepted || c.emulator.Secrets.Knows(value), nil
}

func (c *call) validateAPIKey() (answer, error) {
	value, err := c.validatedValue()
	if err != nil {
		return answer{}, err
	}
	k, found := c.txn.APIKeyByDigest(store.DigestOf(value))
	if !found || k.Expired(c.now) {
		return ok(validationBody{})
	}
	k.Used(c.now)
	body := apiKeyWire(k)
	return ok(validationBody{&body})
}

func (c *call) validatedValue() (string, error) {
	in, err := c.input()
	if err != nil {
		return "", err
	}
	value := in.requiredText("value")
	return value, in.err()
}
