package oauth

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/oauth/tokentest"
)

const upstreamKid = "sso_oidc_key_pair_01JQ8ZVXV3S6F0YBGQ8J4TMNKC"

// upstreamKeys are those of a real WorkOS, for tests.
var upstreamKeys = sync.OnceValue(func() (keys struct {
	rsa, other *rsa.PrivateKey
	ec         *ecdsa.PrivateKey
}) {
	var errs [3]error
	keys.rsa, errs[0] = rsa.GenerateKey(rand.Reader, 2048)
	keys.other, errs[1] = rsa.GenerateKey(rand.Reader, 2048)
	keys.ec, errs[2] = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	for _, err := range errs {
		if err != nil {
			panic(err)
		}
	}
	return keys
})

func upstreamJWKS() string {
	keys := upstreamKeys()
	return fmt.Sprintf(`{"keys":[%s,%s,{"kty":"EC","crv":"P-256","kid":"ec","x":%q,"y":%q},{"kty":"oct","kid":"shared","k":"c2VjcmV0"},%s,%s]}`,
		tokentest.RSAJWK(keys.rsa, upstreamKid, `,"alg":"RS256","use":"sig"`), tokentest.RSAJWK(keys.rsa, "any", ""),
		tokentest.Base64(keys.ec.X.FillBytes(make([]byte, 32))), tokentest.Base64(keys.ec.Y.FillBytes(make([]byte, 32))),
		tokentest.RSAJWK(keys.rsa, "enc", `,"use":"enc"`), tokentest.RSAJWK(keys.rsa, testKey().KeyID(), ""))
}

func TestVerifyUpstreamToken(t *testing.T) {
	t.Parallel()
	keys, jwks := upstreamKeys(), upstreamJWKS()
	var others strings.Builder
	for n := range mostTries {
		others.WriteString(tokentest.RSAJWK(keys.other, fmt.Sprint("a", n), "") + ",")
	}
	header := func(alg, kid string) string { return fmt.Sprintf(`{"alg":%q,"kid":%q}`, alg, kid) }
	const payload = `{"sub":"user_1"}`
	good := tokentest.Sign(t, header("RS256", upstreamKid), payload, keys.rsa)
	parts := strings.Split(good, ".")
	unsigned := tokentest.Base64([]byte(header("none", upstreamKid))) + "." + parts[1] + "."
	modulus := []byte(tokentest.Base64(keys.rsa.N.Bytes()))
	for name, test := range map[string]struct {
		jwks, token string
		want        bool
	}{
		"WorkOS's":                {jwks, good, true},
		"with a typ":              {jwks, tokentest.Sign(t, `{"typ":"JWT","alg":"RS256","kid":"`+upstreamKid+`"}`, payload, keys.rsa), true},
		"PS256":                   {jwks, tokentest.Sign(t, header("PS256", "any"), payload, keys.rsa), true},
		"ES256":                   {jwks, tokentest.Sign(t, header("ES256", "ec"), payload, keys.ec), true},
		"another key's":           {jwks, tokentest.Sign(t, header("RS256", upstreamKid), payload, keys.other), false},
		"of another alg's key":    {jwks, tokentest.Sign(t, header("PS256", upstreamKid), payload, keys.rsa), false},
		"of a key for encryption": {jwks, tokentest.Sign(t, header("RS256", "enc"), payload, keys.rsa), false},
		"of an unknown kid":       {jwks, tokentest.Sign(t, header("RS256", "other"), payload, keys.rsa), false},
		"of no kid":               {jwks, tokentest.Sign(t, `{"alg":"RS256"}`, payload, keys.rsa), true},
		"of no kid, by a other":   {jwks, tokentest.Sign(t, `{"alg":"RS256"}`, payload, keys.other), false},
		"of no kid, and our key":  {`{"keys":[` + tokentest.RSAJWK(keys.rsa, testKey().KeyID(), "") + `]}`, tokentest.Sign(t, `{"alg":"RS256"}`, payload, keys.rsa), false},
		"a key of no kid":         {`{"keys":[` + strings.Replace(tokentest.RSAJWK(keys.rsa, "x", ""), `"kid":"x",`, "", 1) + `]}`, good, true},
		"of no kid, of many keys": {`{"keys":[` + others.String() + tokentest.RSAJWK(keys.rsa, "b", "") + `]}`,
			tokentest.Sign(t, `{"alg":"RS256"}`, payload, keys.rsa), false},
		"of another type's key":    {jwks, tokentest.Sign(t, header("RS256", "ec"), payload, keys.rsa), false},
		"of our kid":               {jwks, tokentest.Sign(t, header("RS256", testKey().KeyID()), payload, keys.rsa), false},
		"of no alg":                {jwks, tokentest.Sign(t, `{"kid":"any"}`, payload, keys.rsa), false},
		"of an alg in capitals":    {jwks, tokentest.Sign(t, `{"ALG":"RS256","kid":"any"}`, payload, keys.rsa), false},
		"with crit":                {jwks, tokentest.Sign(t, `{"alg":"RS256","kid":"any","crit":["b64"],"b64":false}`, payload, keys.rsa), false},
		"alg none":                 {jwks, unsigned, false},
		"alg none, with signature": {jwks, unsigned + parts[2], false},
		"HMAC with the public key": {jwks, tokentest.Sign(t, header("HS256", "any"), payload, modulus), false},
		"HMAC":                     {jwks, tokentest.Sign(t, header("HS256", "shared"), payload, []byte("secret")), false},
		"other claims":             {jwks, parts[0] + "." + tokentest.Base64([]byte(`{"sub":"user_2"}`)) + "." + parts[2], false},
		"no set":                   {"", good, false},
		"no JWKS":                  {`{"keys":{}}`, good, false},
		"an empty set":             {`{"keys":[]}`, good, false},
		"a set of nonsense":        {`{"keys":[1,null,{},{"kid":"` + upstreamKid + `"},` + tokentest.RSAJWK(keys.rsa, upstreamKid, "") + `]}`, good, false},
		"a private key":            {`{"keys":[` + tokentest.RSAJWK(keys.rsa, upstreamKid, `,"d":"AQAB"`) + `]}`, good, false},
		"a deep set":               {`{"keys":[` + strings.Repeat("[", 1<<20), good, false},
		"a deep header":            {jwks, tokentest.Sign(t, strings.Repeat(`{"a":`, limits.Depth+1)+"1"+strings.Repeat("}", limits.Depth+1), payload, keys.rsa), false},
		"a long token":             {jwks, tokentest.Sign(t, header("RS256", "any"), `{"a":"`+strings.Repeat("a", limits.Token)+`"}`, keys.rsa), false},
		"no token":                 {jwks, "", false},
	} {
		if got := VerifyUpstreamToken([]byte(test.jwks), test.token); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	for name, serialized := range tokentest.Serializations(good) {
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
	token := tokentest.Sign(t, `{"alg":"RS256","kid":"short"}`, `{}`, short)
	if VerifyUpstreamToken([]byte(`{"keys":[`+tokentest.RSAJWK(short, "short", "")+`]}`), token) {
		t.Error("a signature of 1024 bits is taken")
	}
	huge := `{"keys":[{"kty":"RSA","kid":"short","e":"AQAB","n":"` + strings.Repeat("_", 1<<20) + `"}]}`
	if VerifyUpstreamToken([]byte(huge), token) {
		t.Error("a key of 6 million bits is taken")
	}
}

// FuzzVerifyUpstreamToken gives it random texts, in which names stand for the keys and for the parts of a token that was
// signed. Only that token may be accepted.
func FuzzVerifyUpstreamToken(f *testing.F) {
	good := tokentest.Sign(f, `{"alg":"RS256","kid":"any"}`, `{"sub":"user_1"}`, upstreamKeys().rsa)
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
