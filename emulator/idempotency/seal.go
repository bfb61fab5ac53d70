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

// keptAnswer is an answer as it is sealed.
type keptAnswer struct {
	Status int
	Body   json.RawMessage
}

func seal(key string, a api.Answer, random io.Reader) ([]byte, error) {
	body, err := a.Encode()
	if err != nil {
		return nil, err
	}
	plain, err := json.Marshal(keptAnswer{a.Status, body})
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

func open(key string, sealed []byte) (api.Answer, error) {
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
	var kept keptAnswer
	if err := json.Unmarshal(plain, &kept); err != nil {
		return api.Answer{}, fmt.Errorf("decode a kept answer: %w", err)
	}
	return api.Answer{Status: kept.Status, Raw: kept.Body}, nil
}

// boxFor returns the cipher whose key only the holder of the Idempotency-Key can make: an answer may hold a new secret,
// of which the store is to keep no more than the digest.
func boxFor(key string) (cipher.AEAD, error) {
	secret := sha256.Sum256([]byte("answer\x00" + key))
	block, err := aes.NewCipher(secret[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
