package idempotency

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/caddy-workos/caddy-workos/emulator/api"
)

// sealedAnswer is the plain text of a sealed answer.
type sealedAnswer struct {
	Status int
	Body   json.RawMessage
}

// Seal encrypts an answer with a key that is derived from the secret of its request: the Idempotency-Key, or a refresh token.
func Seal(key string, a api.Answer, random io.Reader) ([]byte, error) {
	body, err := a.Encode()
	if err != nil {
		return nil, err
	}
	plain, err := json.Marshal(sealedAnswer{a.Status, body})
	if err != nil {
		return nil, err
	}
	box, err := boxFor(key)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, box.NonceSize())
	if _, err := io.ReadFull(random, nonce); err != nil {
		return nil, fmt.Errorf("make a nonce: %w", err)
	}
	return box.Seal(nonce, nonce, plain, nil), nil
}

// Open decrypts what [Seal] returned for the same secret.
func Open(key string, sealed []byte) (api.Answer, error) {
	box, err := boxFor(key)
	if err != nil {
		return api.Answer{}, err
	}
	if len(sealed) < box.NonceSize() {
		return api.Answer{}, errors.New("a kept answer is too short")
	}
	plain, err := box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], nil)
	if err != nil {
		return api.Answer{}, fmt.Errorf("open a kept answer: %w", err)
	}
	var answer sealedAnswer
	if err := json.Unmarshal(plain, &answer); err != nil {
		return api.Answer{}, fmt.Errorf("decode a kept answer: %w", err)
	}
	return api.Answer{Status: answer.Status, Raw: answer.Body}, nil
}

// boxFor returns the cipher for a secret of a request. The store does not have the secret, so it cannot decrypt an answer, which may
// contain a new one.
func boxFor(key string) (cipher.AEAD, error) {
	secret := sha256.Sum256([]byte("answer\x00" + key))
	block, err := aes.NewCipher(secret[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
