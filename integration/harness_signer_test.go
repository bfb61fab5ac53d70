package integration

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"
)

// signer is a key of a stand-in, in the place of WorkOS's.
type signer struct {
	kid string
	key *rsa.PrivateKey
}

func newSigner(kid string) *signer {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return &signer{kid, key}
}

// otherSigner has a key that is published nowhere.
var otherSigner = sync.OnceValue(func() *signer { return newSigner("sso_oidc_key_pair_OTHER") })

// sign makes a JWT with RS256.
func (s *signer) sign(claims map[string]any) string {
	text := encodePart(map[string]any{"alg": "RS256", "kid": s.kid}) + "." + encodePart(claims)
	digest := sha256.Sum256([]byte(text))
	signed, err := rsa.SignPKCS1v15(rand.Reader, s.key, crypto.SHA256, digest[:])
	if err != nil {
		panic(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signed)
}

// unsigned makes a JWT with alg none.
func unsigned(claims map[string]any) string {
	return encodePart(map[string]any{"alg": "none", "typ": "JWT"}) + "." + encodePart(claims) + "."
}

func encodePart(part any) string {
	text, err := json.Marshal(part)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// sessionLifetime is how long WorkOS's access tokens of sessions live.
const sessionLifetime = 300 * time.Second

// sessionClaims are those of a user's access token.
func sessionClaims(user, session string) map[string]any {
	now := time.Now().Unix()
	return map[string]any{
		"iss": "https://api.workos.com/user_management/" + theirClient, "client_id": theirClient, "sub": user, "sid": session, "jti": ulid.Make().String(),
		"org_id": "org_01THEIRS", "role": "member", "roles": []string{"member"}, "permissions": []string{"posts:read"},
		"auth_time": now - 5, "iat": now, "exp": now + int64(sessionLifetime/time.Second),
	}
}

func (s *signer) session(user, session string) string { return s.sign(sessionClaims(user, session)) }

// jwks is the key set that the stand-in serves.
func (s *signer) jwks() string {
	return fmt.Sprintf(`{"keys":[{"kid":%q,"kty":"RSA","alg":"RS256","use":"sig","n":%q,"e":%q}]}`, s.kid,
		base64.RawURLEncoding.EncodeToString(s.key.N.Bytes()), base64.RawURLEncoding.EncodeToString(big.NewInt(int64(s.key.E)).Bytes()))
}

// claimsOf reads the claims of a JWT without asking who signed it; nil where it is none.
func claimsOf(token string) (header, claims map[string]any) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, nil
	}
	for i, into := range []*map[string]any{&header, &claims} {
		text, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil || json.Unmarshal(text, into) != nil {
			return nil, nil
		}
	}
	return header, claims
}
