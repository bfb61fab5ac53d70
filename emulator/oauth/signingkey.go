package oauth

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/lestrrat-go/jwx/v2/cert"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
	"github.com/tidwall/gjson"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/id"
)

// keyBits is the size of new keys, as in production (WORKOS.md, "JWKS, discovery, introspection"). Smaller keys are not accepted.
const keyBits = 2048

// PublicKey verifies the tokens of a [SigningKey].
//
// This file is the only one that imports jwx.
type PublicKey struct {
	rsa *rsa.PublicKey
	kid string
	jwk []byte // the JWK as JSON

	replayed []byte // the JWK under the kid of replayed tokens; nil where kid is that one
}

// SigningKey is an RSA key pair that signs tokens with RS256.
type SigningKey struct {
	PublicKey
	private *rsa.PrivateKey
	latest  atomic.Int64 // the last `exp` that it has signed, in Unix seconds
}

// GenerateKey returns a new random key of 2048 bits.
func GenerateKey() (*SigningKey, error) {
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, fmt.Errorf("generate a signing key: %w", err)
	}
	return NewSigningKey(private)
}

// NewSigningKey wraps a private key of at least 2048 bits. The id, the certificate and the JWK depend on the key alone, so that all
// processes with the key publish the same.
func NewSigningKey(private *rsa.PrivateKey) (*SigningKey, error) {
	if bits := private.N.BitLen(); bits < keyBits {
		return nil, fmt.Errorf("the RSA key has %d bits: want at least %d", bits, keyBits)
	}
	if err := private.Validate(); err != nil {
		return nil, errors.New("the RSA key is not valid")
	}
	der, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		return nil, fmt.Errorf("encode the public key: %w", err)
	}
	k := &SigningKey{private: private}
	k.rsa, k.kid = &private.PublicKey, credential.MarkKeyID(id.Derive(id.SigningKey, string(der)))
	if k.jwk, err = k.encode(der); err != nil {
		return nil, err
	}
	k.replayed, err = replayedJWK(k.jwk, k.kid)
	return k, err
}

// ParsePublicKey reads a public key from a JWK, in the form of [PublicKey.PublicJWK].
func ParsePublicKey(encoded []byte) (*PublicKey, error) {
	parsed, err := jwk.ParseKey(encoded)
	if err != nil {
		return nil, errors.New("not a JWK")
	}
	public := new(rsa.PublicKey)
	if _, isPublic := parsed.(jwk.RSAPublicKey); !isPublic || parsed.Raw(public) != nil {
		return nil, errors.New("not the JWK of a public RSA key")
	}
	if bits := public.N.BitLen(); bits < keyBits || parsed.KeyID() == "" {
		return nil, fmt.Errorf("the JWK has %d bits and the kid %q: want at least %d, and a kid", bits, parsed.KeyID(), keyBits)
	}
	replayed, err := replayedJWK(encoded, parsed.KeyID())
	return &PublicKey{public, parsed.KeyID(), slices.Clone(encoded), replayed}, err
}

// encode encodes the public key with the members that WorkOS's keys have.
func (k *SigningKey) encode(der []byte) ([]byte, error) {
	certificate, err := k.certificate(der)
	if err != nil {
		return nil, err
	}
	public, err := jwk.FromRaw(k.private.Public())
	if err != nil {
		return nil, fmt.Errorf("make a JWK: %w", err)
	}
	var chain cert.Chain
	if err := chain.AddString(base64.StdEncoding.EncodeToString(certificate)); err != nil {
		return nil, fmt.Errorf("make x5c: %w", err)
	}
	thumbprint := sha256.Sum256(certificate)
	for name, value := range map[string]any{
		jwk.AlgorithmKey:              jwa.RS256,
		jwk.KeyUsageKey:               jwk.ForSignature,
		jwk.KeyIDKey:                  k.kid,
		jwk.X509CertChainKey:          &chain,
		jwk.X509CertThumbprintS256Key: base64.RawURLEncoding.EncodeToString(thumbprint[:]),
	} {
		if err := public.Set(name, value); err != nil {
			return nil, fmt.Errorf("set %s of the JWK: %w", name, err)
		}
	}
	return json.Marshal(public)
}

// certificate makes the self-signed certificate of `x5c`. It is the same each time: its content is fixed, and PKCS#1 v1.5 signatures
// are deterministic.
func (k *SigningKey) certificate(der []byte) ([]byte, error) {
	digest := sha256.Sum256(der)
	template := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(digest[:16]),
		Subject:      pkix.Name{CommonName: k.kid},
		NotBefore:    time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC), // no expiry (RFC 5280 §4.1.2.5)
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, k.private.Public(), k.private)
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	return certificate, nil
}

// KeyID returns the `kid` of the key.
func (k *PublicKey) KeyID() string { return k.kid }

// PublicJWK returns the public key as a JWK in JSON. It must not be changed.
func (k *PublicKey) PublicJWK() []byte { return k.jwk }

// PEM returns the private key as PKCS#8 in PEM, which [ParseKey] reads.
func (k *SigningKey) PEM() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(k.private)
	if err != nil {
		return nil, fmt.Errorf("encode the signing key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// Sign returns a signed JWT of claims, which are encoded as JSON. Its header has alg and kid, and no typ, as in production
// (WORKOS.md, "M2M access token").
func (k *SigningKey) Sign(claims any) (string, error) { return k.signAs(k.kid, claims) }

// signAs is Sign with another kid.
func (k *SigningKey) signAs(kid string, claims any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("encode the claims: %w", err)
	}
	headers := jws.NewHeaders() // not shared: jws.Sign writes to them
	if err := headers.Set(jws.KeyIDKey, kid); err != nil {
		return "", fmt.Errorf("set the key id: %w", err)
	}
	token, err := jws.Sign(payload, jws.WithKey(jwa.RS256, k.private, jws.WithProtectedHeaders(headers)))
	if err != nil {
		return "", fmt.Errorf("sign the token: %w", err)
	}
	k.noteExpiry(payload)
	return string(token), nil
}

// noteExpiry remembers the `exp` of claims that were signed.
func (k *SigningKey) noteExpiry(claims []byte) {
	expiry := gjson.GetBytes(claims, "exp").Int()
	for latest := k.latest.Load(); expiry > latest && !k.latest.CompareAndSwap(latest, expiry); {
		latest = k.latest.Load()
	}
}

// LastExpiry returns the latest `exp` of the tokens that the key has signed in this process.
func (k *SigningKey) LastExpiry() time.Time { return time.Unix(k.latest.Load(), 0) }

// Signed reports whether a text is a JWS with a signature of this key, in any serialization, with or without white space around it.
// Such a text must not be passed on. It need not be a valid token: see [PublicKey.Verify].
func (k *PublicKey) Signed(text string) bool {
	_, err := jws.Verify([]byte(strings.TrimSpace(text)), jws.WithKey(jwa.RS256, k.rsa))
	return err == nil
}

// Verify decodes the claims of a JWT that this key has signed under its kid. Only the compact serialization is accepted (RFC 7519 §3).
// The claims are not checked. A replayed token has another kid: see [PublicKey.Replayed].
func (k *PublicKey) Verify(token string, claims any) error {
	if !isCompact(token) {
		return errors.New("the token is not a JWS in the compact serialization")
	}
	message := jws.NewMessage()
	payload, err := jws.Verify([]byte(token), jws.WithKey(jwa.RS256, k.rsa), jws.WithCompact(), jws.WithMessage(message))
	if err != nil || len(message.Signatures()) != 1 {
		return errors.New("the token was not signed by this key")
	}
	if message.Signatures()[0].ProtectedHeaders().KeyID() != k.kid {
		return errors.New("the token was signed under another kid")
	}
	if err := json.Unmarshal(payload, claims); err != nil {
		return errors.New("the token's claims are not JSON of the wanted form")
	}
	return nil
}

// isCompact reports whether a token has three parts in canonical base64url without padding (RFC 7515 §3.1 and appendix C). jwx accepts
// other spellings too.
func isCompact(token string) bool {
	parts := strings.Split(token, ".")
	return len(parts) == 3 && !slices.ContainsFunc(parts, func(part string) bool {
		decoded, err := base64.RawURLEncoding.DecodeString(part)
		return part == "" || err != nil || base64.RawURLEncoding.EncodeToString(decoded) != part
	})
}

// verifyByJWK reports whether a compact JWS has a signature of a public key, by an algorithm for keys of that type.
func verifyByJWK(encoded []byte, algorithm, token string) bool {
	parsed, err := jwk.ParseKey(encoded)
	if err != nil || parsed.KeyUsage() != "" && parsed.KeyUsage() != jwk.ForSignature.String() ||
		parsed.Algorithm().String() != "" && parsed.Algorithm().String() != algorithm {
		return false
	}
	var key any
	if parsed.Raw(&key) != nil || !fits(key, algorithm) {
		return false
	}
	_, err = jws.Verify([]byte(token), jws.WithKey(jwa.SignatureAlgorithm(algorithm), key), jws.WithCompact())
	return err == nil
}
