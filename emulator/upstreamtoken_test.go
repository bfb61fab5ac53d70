package emulator

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

const upstreamKid = "sso_oidc_key_pair_01JQ8ZVXV3S6F0YBGQ8J4TMNKC"

// upstreamKeys are those of a real WorkOS, for tests.
var upstreamKeys = sync.OnceValue(func() (keys struct {
	rsa, stranger *rsa.PrivateKey
	ec            *ecdsa.PrivateKey
}) {
	var errs [3]error
	keys.rsa, errs[0] = rsa.GenerateKey(rand.Reader, 2048)
	keys.stranger, errs[1] = rsa.GenerateKey(rand.Reader, 2048)
	keys.ec, errs[2] = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	for _, err := range errs {
		if err != nil {
			panic(err)
		}
	}
	return keys
})

func b64(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// signed makes a compact JWS of any header and payload, with an RSA, EC or symmetric key.
func signed(t testing.TB, header, payload string, key any) string {
	t.Helper()
	input := b64([]byte(header)) + "." + b64([]byte(payload))
	digest := sha256.Sum256([]byte(input))
	var signature []byte
	var err error
	switch key := key.(type) {
	case *rsa.PrivateKey:
		if strings.Contains(header, `"PS256"`) {
			signature, err = rsa.SignPSS(rand.Reader, key, crypto.SHA256, digest[:], &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		} else {
			signature, err = rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
		}
	case *ecdsa.PrivateKey:
		r, s, failed := ecdsa.Sign(rand.Reader, key, digest[:])
		signature, err = append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...), failed
	case []byte:
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(input))
		signature = mac.Sum(nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + b64(signature)
}

// rsaJWK is the JWK of a public RSA key, with more members.
func rsaJWK(key *rsa.PrivateKey, kid, more string) string {
	return fmt.Sprintf(`{"kty":"RSA","kid":%q,"n":%q,"e":"AQAB"%s}`, kid, b64(key.N.Bytes()), more)
}

func upstreamJWKS() string {
	keys := upstreamKeys()
	return fmt.Sprintf(`{"keys":[%s,%s,{"kty":"EC","crv":"P-256","kid":"ec","x":%q,"y":%q},{"kty":"oct","kid":"shared","k":"c2VjcmV0"},%s,%s]}`,
		rsaJWK(keys.rsa, upstreamKid, `,"alg":"RS256","use":"sig"`), rsaJWK(keys.rsa, "any", ""),
		b64(keys.ec.X.FillBytes(make([]byte, 32))), b64(keys.ec.Y.FillBytes(make([]byte, 32))),
		rsaJWK(keys.rsa, "enc", `,"use":"enc"`), rsaJWK(keys.rsa, testKey().KeyID(), ""))
}

func TestVerifyUpstreamToken(t *testing.T) {
	t.Parallel()
	keys, jwks := upstreamKeys(), upstreamJWKS()
	var strangers strings.Builder
	for n := range mostTries {
		strangers.WriteString(rsaJWK(keys.stranger, fmt.Sprint("a", n), "") + ",")
	}
	header := func(alg, kid string) string { return fmt.Sprintf(`{"alg":%q,"kid":%q}`, alg, kid) }
	const payload = `{"sub":"user_1"}`
	good := signed(t, header("RS256", upstreamKid), payload, keys.rsa)
	parts := strings.Split(good, ".")
	unsigned := b64([]byte(header("none", upstreamKid))) + "." + parts[1] + "."
	modulus := []byte(b64(keys.rsa.N.Bytes()))
	for name, test := range map[string]struct {
		jwks, token string
		want        bool
	}{
		"WorkOS's":                 {jwks, good, true},
		"with a typ":               {jwks, signed(t, `{"typ":"JWT","alg":"RS256","kid":"`+upstreamKid+`"}`, payload, keys.rsa), true},
		"PS256":                    {jwks, signed(t, header("PS256", "any"), payload, keys.rsa), true},
		"ES256":                    {jwks, signed(t, header("ES256", "ec"), payload, keys.ec), true},
		"another key's":            {jwks, signed(t, header("RS256", upstreamKid), payload, keys.stranger), false},
		"of another alg's key":     {jwks, signed(t, header("PS256", upstreamKid), payload, keys.rsa), false},
		"of a key for encryption":  {jwks, signed(t, header("RS256", "enc"), payload, keys.rsa), false},
		"of an unknown kid":        {jwks, signed(t, header("RS256", "other"), payload, keys.rsa), false},
		"of no kid":                {jwks, signed(t, `{"alg":"RS256"}`, payload, keys.rsa), true},
		"of no kid, by a stranger": {jwks, signed(t, `{"alg":"RS256"}`, payload, keys.stranger), false},
		"of no kid, and our key":   {`{"keys":[` + rsaJWK(keys.rsa, testKey().KeyID(), "") + `]}`, signed(t, `{"alg":"RS256"}`, payload, keys.rsa), false},
		"a key of no kid":          {`{"keys":[` + strings.Replace(rsaJWK(keys.rsa, "x", ""), `"kid":"x",`, "", 1) + `]}`, good, true},
		"of no kid, of many keys": {`{"keys":[` + strangers.String() + rsaJWK(keys.rsa, "b", "") + `]}`,
			signed(t, `{"alg":"RS256"}`, payload, keys.rsa), false},
		"of another type's key":    {jwks, signed(t, header("RS256", "ec"), payload, keys.rsa), false},
		"of our kid":               {jwks, signed(t, header("RS256", testKey().KeyID()), payload, keys.rsa), false},
		"of no alg":                {jwks, signed(t, `{"kid":"any"}`, payload, keys.rsa), false},
		"of an alg in capitals":    {jwks, signed(t, `{"ALG":"RS256","kid":"any"}`, payload, keys.rsa), false},
		"with crit":                {jwks, signed(t, `{"alg":"RS256","kid":"any","crit":["b64"],"b64":false}`, payload, keys.rsa), false},
		"alg none":                 {jwks, unsigned, false},
		"alg none, with signature": {jwks, unsigned + parts[2], false},
		"HMAC with the public key": {jwks, signed(t, header("HS256", "any"), payload, modulus), false},
		"HMAC":                     {jwks, signed(t, header("HS256", "shared"), payload, []byte("secret")), false},
		"other claims":             {jwks, parts[0] + "." + b64([]byte(`{"sub":"user_2"}`)) + "." + parts[2], false},
		"no set":                   {"", good, false},
		"no JWKS":                  {`{"keys":{}}`, good, false},
		"an empty set":             {`{"keys":[]}`, good, false},
		"a set of nonsense":        {`{"keys":[1,null,{},{"kid":"` + upstreamKid + `"},` + rsaJWK(keys.rsa, upstreamKid, "") + `]}`, good, false},
		"a private key":            {`{"keys":[` + rsaJWK(keys.rsa, upstreamKid, `,"d":"AQAB"`) + `]}`, good, false},
		"a deep set":               {`{"keys":[` + strings.Repeat("[", 1<<20), good, false},
		"a deep header":            {jwks, signed(t, strings.Repeat(`{"a":`, limits.Depth+1)+"1"+strings.Repeat("}", limits.Depth+1), payload, keys.rsa), false},
		"a long token":             {jwks, signed(t, header("RS256", "any"), `{"a":"`+strings.Repeat("a", limits.Token)+`"}`, keys.rsa), false},
		"no token":                 {jwks, "", false},
	} {
		if got := VerifyUpstreamToken([]byte(test.jwks), test.token); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	for name, serialized := range serializations(good) {
		if VerifyUpstreamToken([]byte(jwks), serialized) {
			t.Errorf("%s is verified", name)
		}
	}
	for _, sign := range []func(any) (string, error){testKey().Sign, testKey().SignReplayed} {
		token, err := sign(map[string]any{"sub": "x"})
		if err != nil {
			t.Fatal(err)
		}
		own := fmt.Sprintf(`{"keys":[%s,%s]}`, testKey().PublicJWK(), testKey().Replayed().PublicJWK())
		if VerifyUpstreamToken([]byte(own), token) {
			t.Error("a token of this program is WorkOS's")
		}
	}
}

func TestVerifyUpstreamTokenWantsLargeKeys(t *testing.T) {
	t.Parallel()
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	token := signed(t, `{"alg":"RS256","kid":"short"}`, `{}`, short)
	if VerifyUpstreamToken([]byte(`{"keys":[`+rsaJWK(short, "short", "")+`]}`), token) {
		t.Error("a signature of 1024 bits is taken")
	}
	huge := `{"keys":[{"kty":"RSA","kid":"short","e":"AQAB","n":"` + strings.Repeat("_", 1<<20) + `"}]}`
	if VerifyUpstreamToken([]byte(huge), token) {
		t.Error("a key of 6 million bits is taken")
	}
}

// FuzzVerifyUpstreamToken gives it anybody's texts, in which names stand for the keys and for the parts of a token that was
// signed: what it takes is that one token.
func FuzzVerifyUpstreamToken(f *testing.F) {
	good := signed(f, `{"alg":"RS256","kid":"any"}`, `{"sub":"user_1"}`, upstreamKeys().rsa)
	parts := strings.Split(good, ".")
	names := strings.NewReplacer("KEYS", upstreamJWKS(), "HEAD", parts[0], "CLAIMS", parts[1], "SIGNATURE", parts[2])
	for _, jwks := range []string{
		"KEYS", `{"keys":[{"kid":"any","kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}`, `{"keys":[{"kid":"any","kty":"OKP","crv":"Ed25519","x":"AA"}]}`,
		`{"keys":[{"kid":"any","kty":"RSA","n":"AA","e":"AQAB"}]}`, `[KEYS]`, "",
	} {
		f.Add(jwks, "HEAD.CLAIMS.SIGNATURE")
	}
	f.Add("KEYS", "HEAD.CLAIMS.")
	f.Add("KEYS", `{"payload":"CLAIMS","protected":"HEAD","signature":"SIGNATURE"}`)
	f.Fuzz(func(t *testing.T, jwks, token string) {
		jwks, token = names.Replace(jwks), names.Replace(token)
		if VerifyUpstreamToken([]byte(jwks), token) && token != good {
			t.Errorf("%q is verified by %q", token, jwks)
		}
	})
}
