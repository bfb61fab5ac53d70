package oauth

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/merge"
)

// rsaAlgorithms are those of RSA keys by which the upstream may sign, and curveBits are those of EC keys, each with the size
// of its curve (RFC 7518 §3.3 to §3.5). There is no `none`, and nothing with a shared secret.
var (
	rsaAlgorithms = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
	curveBits     = map[string]int{"ES256": 256, "ES384": 384, "ES512": 521}
)

// mostKeyBits bounds the work of one signature.
const mostKeyBits = 8192

// VerifyUpstreamToken reports whether a text is a JWT in the compact serialization that was signed with a key of the upstream's
// JWKS, of the kid that the token names, if it names one. A token that names a key of this program, of whatever process, is none, also where
// the upstream is another emulator. It does not look at the claims, and both texts may be anybody's.
func VerifyUpstreamToken(jwks []byte, token string) bool {
	if len(token) > limits.Token || len(jwks) > limits.AnswerBody || !isCompact(token) {
		return false
	}
	encoded, _, _ := strings.Cut(token, ".")
	decoded, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil || limits.CheckDepth(decoded) != nil {
		return false
	}
	var header map[string]json.RawMessage // not a struct, whose names may be in any case
	if json.Unmarshal(decoded, &header) != nil || header["crit"] != nil {
		return false // nothing that must be understood is (RFC 7515 §4.1.11)
	}
	algorithm, kid := stringIn(header, "alg"), stringIn(header, "kid")
	if credential.EndsInKeyID([]byte(kid)) || !slices.Contains(rsaAlgorithms, algorithm) && curveBits[algorithm] == 0 {
		return false
	}
	keys, err := merge.PublicKeys(jwks)
	if err != nil {
		return false
	}
	tries := 0
	for _, key := range keys {
		isOther := kid != "" && key.ID != "" && key.ID != kid
		if isOther || credential.EndsInKeyID([]byte(key.ID)) {
			continue
		}
		if tries++; tries > mostTries {
			return false
		}
		if verifyByJWK(key.Raw, algorithm, token) {
			return true
		}
	}
	return false
}

// mostTries is by how many keys a token is tried: where neither it nor a key has a kid, that is one of several (RFC 7515 §4.1.4).
const mostTries = 8

// stringIn returns a member that is a string.
func stringIn(object map[string]json.RawMessage, name string) string {
	var text string
	if json.Unmarshal(object[name], &text) != nil {
		return ""
	}
	return text
}

// fits reports whether a public key is one for an algorithm, and of a size that is safe and not too much work.
func fits(key any, algorithm string) bool {
	switch key := key.(type) {
	case *rsa.PublicKey:
		bits := key.N.BitLen()
		return slices.Contains(rsaAlgorithms, algorithm) && bits >= keyBits && bits <= mostKeyBits
	case *ecdsa.PublicKey:
		return curveBits[algorithm] == key.Curve.Params().BitSize
	}
	return false
}
