package emulator

import (
	"net/http"
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

// identify finds the caller of a request. Only `Bearer` authenticates. A local key that is sent in any other form is one more
// secret that must not leave.
func (c *call) identify(h http.Header) caller {
	for _, value := range h.Values("Authorization") {
		scheme, credentials, _ := strings.Cut(value, " ")
		if strings.EqualFold(scheme, "Bearer") {
			if found, k := c.emulator.holder(c.txn, strings.TrimSpace(credentials), c.now); found.standing != stranger {
				c.uses(k)
				return found
			}
		}
	}
	return caller{}
}

// uses has the use of a customer's key noted when the request is accepted: when an answer begins that is no 401 and no 403.
func (c *call) uses(k store.APIKey) {
	if k.ID == "" {
		return
	}
	c.used = append(c.used, k)
	c.writer.began = c.noteUses
}

func (c *call) noteUses(status int) {
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		return
	}
	for _, k := range c.used {
		k.Used(c.now)
	}
}

// holder returns who holds an API key and, where it is a customer's that is good, the key.
func (e *Emulator) holder(txn *store.Txn, key string, now time.Time) (caller, store.APIKey) {
	none := store.APIKey{}
	if key == "" {
		return caller{}, none
	}
	digest := store.DigestOf(key)
	if standing, ok := e.accept[digest]; ok {
		return caller{standing: standing, key: digest, keyID: "accept_key"}, none
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
		switch {
		case k.Expired(now):
			return caller{standing: barred, keyID: k.ID}, none
		case k.BuiltIn && len(e.accept) > 0:
			return caller{}, none // it exists only where there is no other key
		case k.LocalOnly:
			return caller{standing: customer, key: digest, keyID: k.ID}, none
		}
		return caller{standing: trusted, key: digest, keyID: k.ID}, none
	}
	if e.Secrets.Knows(key) {
		return caller{standing: barred, keyID: "deleted"}, none
	}
	return caller{}, none
}
