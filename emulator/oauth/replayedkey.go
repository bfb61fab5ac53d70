package oauth

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
)

// SignReplayed is [SigningKey.Sign] for the claims of a fixture, which the emulator has not chosen. The token has the kid of
// [PublicKey.Replayed], so clients verify it by the JWKS, and the emulator's own endpoints do not accept it.
func (k *SigningKey) SignReplayed(claims any) (string, error) {
	return k.signAs(credential.ReplayedKeyID(k.kid), claims)
}

// Replayed returns the key under the kid of replayed tokens: `replayed_` and its own kid. The rest of its JWK is the same.
func (k *PublicKey) Replayed() *PublicKey {
	if k.replayed == nil {
		return k
	}
	return &PublicKey{rsa: k.rsa, kid: credential.ReplayedKeyID(k.kid), jwk: k.replayed}
}

// replayedJWK returns the JWK of a key under the kid of replayed tokens.
func replayedJWK(encoded []byte, kid string) ([]byte, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(encoded, &members); err != nil {
		return nil, errors.New("not a JWK")
	}
	encodedID, err := json.Marshal(credential.ReplayedKeyID(kid))
	if err != nil {
		return nil, fmt.Errorf("encode the kid: %w", err)
	}
	members["kid"] = encodedID
	return json.Marshal(members)
}
