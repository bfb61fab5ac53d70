package signin

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"regexp"
)

// challengeForm is the form of an S256 challenge: base64url of 32 bytes (RFC 7636 §4.2).
var challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// IsChallenge reports whether a text has the form of a `code_challenge` of the method S256.
func IsChallenge(text string) bool { return challengeForm.MatchString(text) }

// Verifies reports whether a `code_verifier` belongs to a `code_challenge`, by the method S256 (RFC 7636 §4.6).
func Verifies(challenge, verifier string) bool {
	digest := sha256.Sum256([]byte(verifier))
	return subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(digest[:])), []byte(challenge)) == 1
}
