package guard

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/store"
)

// Access is the access level of the holder of an API key.
type Access int

// The access levels.
const (
	// AccessNone is the level of a caller without a local key. The real WorkOS answers such a caller.
	AccessNone Access = iota
	// AccessRefused is the level of a local key that has expired or was deleted. The request is answered with 401 `Unauthorized`, and
	// is not sent.
	AccessRefused
	// AccessLocal is the level of a local key that may use the emulated endpoints, but may not be exchanged for the real key. Other
	// requests are not sent; a recording may answer them.
	AccessLocal
	// AccessFull is the level of a local key that is exchanged for the real key where a request is passed on.
	AccessFull
)

// Caller is the sender of a request, by the API key in its Authorization header.
type Caller struct {
	Access Access
	// Key is the digest of the local key. It is zero without a valid one.
	Key store.Digest
	// KeyID identifies the local key in logs.
	KeyID string
}

// Keys finds the holders of API keys: of those in the store, and of those that the configuration accepts.
type Keys struct {
	secrets *Secrets
	accept  map[store.Digest]Access
}

// NewKeys returns Keys that accept keys beside those in the store. [credential.BuiltInKey] gets [AccessLocal], and the others get
// [AccessFull]. Only their digests are stored. An empty key is an error.
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

// Secrets returns the local secrets, which must not be sent.
func (k *Keys) Secrets() *Secrets { return k.secrets }

// Accepts reports whether the configuration accepts a key.
func (k *Keys) Accepts(key string) bool {
	_, ok := k.accept[store.DigestOf(key)]
	return ok
}

// Identify returns the caller of a request. Where the key is a customer's, it also returns the key, so that its use can be noted. Only
// the scheme `Bearer` authenticates. A local key in any other form is a local secret that must not be sent.
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

// Holder returns the caller that a value identifies and, where it is a customer's key that has not expired, the key.
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

// MayShowToken is [Keys.MayShow] for what a caller has given as the token of a login. It may be one that this program has made.
func (k *Keys) MayShowToken(value string) bool {
	return credential.IsToken(value) || k.MayShow(value)
}

// MayShow reports whether an error message may quote a value of a caller's: it contains no local secret, and does not look like a key
// or a token.
func (k *Keys) MayShow(value string) bool {
	return !k.Accepts(value) && !k.secrets.Within(value) && !strings.Contains(value, "sk_") && !strings.Contains(value, "eyJ")
}
