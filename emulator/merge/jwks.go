package merge

import (
	"encoding/json"
	"errors"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

// KeySet merges the emulator's own keys with the public keys of the upstream's JWKS, which may be nil. Where several keys have the same
// kid, the first one stays: an own key hides one of the upstream's. merged reports whether the upstream had a JWKS.
func KeySet(own []JWK, upstream []byte) (set []byte, merged bool, err error) {
	var theirs []JWK
	if len(upstream) > 0 {
		if theirs, err = PublicKeys(upstream); err != nil {
			return nil, false, err
		}
	}
	set = []byte(`{"keys":[`)
	isOwn := make(map[string]bool, len(own))
	for i, key := range own {
		if i > 0 {
			set = append(set, ',')
		}
		set = append(set, key.Raw...)
		isOwn[key.ID] = true
	}
	for _, key := range theirs {
		if !isOwn[key.ID] {
			set = append(append(set, ','), key.Raw...)
		}
	}
	return append(set, `]}`...), len(upstream) > 0, nil
}

// CheckKeySet returns an error for a document that is not a JWKS.
func CheckKeySet(document []byte) error {
	_, err := PublicKeys(document)
	return err
}

// JWK is a key of a JWKS (RFC 7517 §4).
type JWK struct {
	ID  string          // its kid; may be empty
	Raw json.RawMessage // all of it
}

// PublicKeys returns the public keys of a JWKS. Private and symmetric keys are left out, and so is a second key with the same kid.
func PublicKeys(document []byte) ([]JWK, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := limits.CheckDepth(document); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(document, &set); err != nil || set.Keys == nil {
		return nil, errors.New("it is not a JWKS")
	}
	var keys []JWK
	seen := map[string]bool{}
	for _, raw := range set.Keys {
		var key struct {
			ID      string          `json:"kid"`
			Private json.RawMessage `json:"d"` // of RSA and EC keys
			Secret  json.RawMessage `json:"k"` // of symmetric keys
		}
		if json.Unmarshal(raw, &key) != nil || key.Private != nil || key.Secret != nil || seen[key.ID] {
			continue
		}
		seen[key.ID] = key.ID != ""
		keys = append(keys, JWK{key.ID, raw})
	}
	return keys, nil
}
