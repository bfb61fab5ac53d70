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

// The algorithms that the upstream may sign with (RFC 7518 §3.3 to §3.5): those of RSA keys, and those of EC keys with the size of their
// curve in bits. `none` and the algorithms with a shared secret are not among them.
var (
	rsaAlgorithms = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
	curveBits     = map[string]int{"ES256": 256, "ES384": 384, "ES512": 521}
)

// mostKeyBits is the largest RSA key that is used, as it bounds the work of verifying.
const mostKeyBits = 8192

// VerifyUpstreamToken reports whether a text is a JWT in the compact serialization that was signed with a key of the upstream's JWKS.
// If the token names a kid, it must be that of the key. A token with the kid of a key of this program is refused, even if the upstream
// is another emulator. The claims are not checked. Neither text is trusted.
func VerifyUpstreamToken(jwks []byte, token string) bool {
	if len(token) > limits.Token || len(jwks) > limits.AnswerBody || !isCompact(token) {
		return false
	}
	encoded, _, _ := strings.Cut(token, ".")
	decoded, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil || limits.CheckDepth(decoded) != nil {
		return false
	}
	var header map[string]json.RawMessage // not a struct, which would match names in any letter case
	if json.Unmarshal(decoded, &header) != nil || header["crit"] != nil {
		return false // no critical extension is understood (RFC 7515 §4.1.11)
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

// mostTries is how many keys are tried for a token. Without a kid, any key may be the right one (RFC 7515 §4.1.4).
const mostTries = 8

// stringIn returns a member that is a string, or an empty string.
func stringIn(object map[string]json.RawMessage, name string) string {
	var text string
	if json.Unmarshal(object[name], &text) != nil {
		return ""
	}
	return text
}

// fits reports whether a public key is for an algorithm, and its size is safe and bounds the work.
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
