package guard

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/store"
)

// Access is what the holder of an API key may do.
type Access int

// The access levels.
const (
	// AccessNone is that of a caller without a local key, who sees the real WorkOS untouched.
	AccessNone Access = iota
	// AccessRefused is that of a local key that has expired or was deleted: the request gets 401 and is sent nowhere.
	AccessRefused
	// AccessLocal is that of a local key that may use the emulated endpoints. What is passed on for it is not sent.
	AccessLocal
	// AccessFull is that of a local key that stands for the real one.
	AccessFull
)

// Caller is who sent a request, by the API key in its Authorization header.
type Caller struct {
	Access Access
	// Key is the digest of the local key, and zero without one.
	Key store.Digest
	// KeyID is the id of the local key, which may be logged.
	KeyID string
}

// Keys finds the holders of API keys: those of the store, and those that the configuration accepts.
type Keys struct {
	secrets *Secrets
	accept  map[store.Digest]Access
}

// NewKeys returns Keys that accept some beside those of the store. [credential.BuiltInKey] is accepted with [AccessLocal],
// and the others with [AccessFull]. It keeps digests only.
func NewKeys(secrets *Secrets, accept []string) (*Keys, error) {
	k := &Keys{secrets: secrets, accept: make(map[store.Digest]Access, len(accept))}
	for _, key := range accept {
		if key == "" {
			return nil, errors.New("holds an empty key")
		}
		access := AccessFull
		if key == credential.BuiltInKey {
			access = AccessLocal
		}
		k.accept[store.DigestOf(key)] = access
	}
	return k, nil
}

// Secrets are those that must not leave.
func (k *Keys) Secrets() *Secrets { return k.secrets }

// Accepts tells whether the configuration accepts a key.
func (k *Keys) Accepts(key string) bool {
	_, ok := k.accept[store.DigestOf(key)]
	return ok
}

// Identify finds the caller of a request and, where the key is a customer's, the key, whose use is to be noted. Only `Bearer`
// authenticates. A local key that is sent in any other form is one more secret that must not leave.
func (k *Keys) Identify(tx *store.Txn, h http.Header, now time.Time) (Caller, store.APIKey) {
	for _, value := range h.Values("Authorization") {
		scheme, credentials, _ := strings.Cut(value, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			continue
		}
		if found, key := k.Holder(tx, strings.TrimSpace(credentials), now); found.Access != AccessNone {
			return found, key
		}
	}
	return Caller{}, store.APIKey{}
}

// Holder returns who holds an API key and, where it is a customer's and has not expired, the key.
func (k *Keys) Holder(tx *store.Txn, value string, now time.Time) (Caller, store.APIKey) {
	none := store.APIKey{}
	if value == "" {
		return Caller{}, none
	}
	digest := store.DigestOf(value)
	if access, ok := k.accept[digest]; ok {
		return Caller{Access: access, Key: digest, KeyID: "accept_key"}, none
	}
	if key, ok := tx.APIKeyByDigest(digest); ok {
		switch {
		case key.Expired(now):
			return Caller{Access: AccessRefused, KeyID: key.ID}, none
		case key.Upstream:
			return Caller{Access: AccessFull, Key: digest, KeyID: key.ID}, key
		}
		return Caller{Access: AccessLocal, Key: digest, KeyID: key.ID}, key
	}
	if key, ok := tx.EnvironmentKeyByDigest(digest); ok {
		switch {
		case key.Expired(now):
			return Caller{Access: AccessRefused, KeyID: key.ID}, none
		case key.BuiltIn && len(k.accept) > 0:
			return Caller{}, none // it exists only where there is no other key
		case key.LocalOnly:
			return Caller{Access: AccessLocal, Key: digest, KeyID: key.ID}, none
		}
		return Caller{Access: AccessFull, Key: digest, KeyID: key.ID}, none
	}
	if k.secrets.Knows(value) {
		return Caller{Access: AccessRefused, KeyID: "deleted"}, none
	}
	return Caller{}, none
}

// MayShow tells whether a value of a caller's may stand in an error: it is no local secret, and does not look like a key or a
// token.
func (k *Keys) MayShow(value string) bool {
	return !k.Accepts(value) && !k.secrets.Within(value) && !strings.Contains(value, "sk_") && !strings.Contains(value, "eyJ")
}
