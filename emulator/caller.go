package emulator

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

// caller is who sent a request, by the API key in its Authorization header.
type caller struct {
	standing standing
	// key is the digest of the local key, and zero for a stranger.
	key store.Digest
	// keyID is the id of the local key, which may be logged.
	keyID string
}

// identify finds the caller of a request and notes the use of its key.
//
// Only `Bearer` authenticates. A local key that is sent in any other form is recognised all the same, so that it is
// refused and not passed on.
func (e *Emulator) identify(txn *store.Txn, h http.Header, now time.Time) caller {
	for _, value := range h.Values("Authorization") {
		scheme, credentials, _ := strings.Cut(value, " ")
		if strings.EqualFold(scheme, "Bearer") {
			if found, k := e.holder(txn, strings.TrimSpace(credentials), now); found.standing != stranger {
				k.Used(now)
				return found
			}
			continue
		}
		for _, misplaced := range misplacedKeys(value, scheme, credentials) {
			if found, _ := e.holder(txn, misplaced, now); found.standing != stranger {
				return caller{standing: barred, keyID: found.keyID}
			}
		}
	}
	return caller{}
}

// misplacedKeys returns what could be an API key in a header that does not say Bearer.
func misplacedKeys(value, scheme, credentials string) []string {
	found := []string{strings.TrimSpace(value), strings.TrimSpace(credentials)}
	if strings.EqualFold(scheme, "Basic") {
		if decoded, ok := decodeBasic(credentials); ok {
			user, password, _ := strings.Cut(decoded, ":")
			found = slices.Concat(found, readings(user), readings(password))
		}
	}
	return found
}

// holder returns who holds an API key and, where it is a customer's that is good, the key.
func (e *Emulator) holder(txn *store.Txn, key string, now time.Time) (caller, store.APIKey) {
	none := store.APIKey{}
	if key == "" {
		return caller{}, none
	}
	digest := store.DigestOf(key)
	if _, ok := e.accept[digest]; ok {
		return caller{standing: trusted, key: digest, keyID: "accept_key"}, none
	}
	if !txn.HoldsSecret(digest) {
		return caller{}, none
	}
	if k, ok := txn.APIKeyByDigest(digest); ok {
		switch {
		case k.Expired(now):
			return caller{standing: barred, keyID: k.ID}, none
		case k.Upstream:
			return caller{standing: trusted, key: digest, keyID: k.ID}, k
		}
		return caller{standing: customer, key: digest, keyID: k.ID}, k
	}
	if k, ok := txn.EnvironmentKeyByDigest(digest); ok {
		if k.Expired(now) {
			return caller{standing: barred, keyID: k.ID}, none
		}
		return caller{standing: trusted, key: digest, keyID: k.ID}, none
	}
	if txn.KeyRetired(digest) {
		return caller{standing: barred, keyID: "deleted"}, none
	}
	return caller{}, none
}
