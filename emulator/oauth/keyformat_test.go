package oauth

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
)

func pemOf(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func mustDER(t *testing.T) func([]byte, error) []byte {
	return func(der []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
}

// TestKeyErrorsSayWhatWasFound gives ParseKey files that users take for a signing key. The error must name what it
// was given, and must not contain anything secret.
func TestKeyErrorsSayWhatWasFound(t *testing.T) {
	t.Parallel()
	der := mustDER(t)
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	whole := x509.MarshalPKCS1PrivateKey(testKey().private)
	ciphertext := make([]byte, len(whole)) // stands for random bytes
	if _, err := rand.Read(ciphertext); err != nil {
		t.Fatal(err)
	}
	encrypted := pem.EncodeToMemory(&pem.Block{
		Type: "RSA PRIVATE KEY", Bytes: ciphertext, // the form of OpenSSL before PKCS#8
		Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00112233445566778899AABBCCDDEEFF"},
	})
	for name, test := range map[string]struct {
		data []byte
		says string
	}{
		"ed25519":            {pemOf("PRIVATE KEY", der(x509.MarshalPKCS8PrivateKey(edwards))), "ed25519"},
		"EC in SEC 1":        {pemOf("EC PRIVATE KEY", der(x509.MarshalECPrivateKey(curve))), "EC PRIVATE KEY"},
		"1024 bits, PKCS#8":  {pemOf("PRIVATE KEY", der(x509.MarshalPKCS8PrivateKey(short))), "1024 bits"},
		"public key":         {pemOf("PUBLIC KEY", der(x509.MarshalPKIXPublicKey(testKey().private.Public()))), "PUBLIC KEY"},
		"OpenSSH":            {pemOf("OPENSSH PRIVATE KEY", whole), "OPENSSH PRIVATE KEY"},
		"encrypted, OpenSSL": {encrypted, "ncrypted"},
		"PKCS#1 as PKCS#8":   {pemOf("PRIVATE KEY", whole), "PKCS#8"},
		"cut off":            {pemOf("RSA PRIVATE KEY", whole[:len(whole)/2]), "PKCS#1"},
		"DER":                {whole, "not a PEM file but DER"},
		"DER in base64":      {[]byte(base64.StdEncoding.EncodeToString(whole)), "not a PEM file but base64 of DER"},
		"ed25519, DER":       {der(x509.MarshalPKCS8PrivateKey(edwards)), "not a PEM file but DER"},
		"another type":       {pemOf("KEY OF "+short.D.String(), whole), "of another type"},
		"damaged":            {[]byte("-----BEGIN PRIVATE KEY-----\n" + short.D.String()), "damaged"},
		"encrypted, base64":  {[]byte(base64.StdEncoding.EncodeToString(encrypted)), "ncrypted"},
		"empty":              {nil, "not a PEM file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseKey(test.data)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Fatalf("the error is %v, want %q in it", err, test.says)
			}
			if block, _ := pem.Decode(test.data); block != nil {
				inside := base64.StdEncoding.EncodeToString(block.Bytes)
				for i := 0; i+12 <= len(inside); i += 12 {
					if strings.Contains(err.Error(), inside[i:i+12]) {
						t.Errorf("the error holds a part of the key: %v", err)
					}
				}
			}
			if strings.Contains(err.Error(), short.D.String()) {
				t.Errorf("the error holds the private exponent: %v", err)
			}
		})
	}
}

// TestKeyInBase64 reads a key in base64, on one line and on several.
func TestKeyInBase64(t *testing.T) {
	t.Parallel()
	whole, err := testKey().PEM()
	if err != nil {
		t.Fatal(err)
	}
	wrapped := func(text, end string) string {
		var lines []string
		for len(text) > 64 {
			lines, text = append(lines, text[:64]), text[64:]
		}
		return strings.Join(append(lines, text), end) + end
	}
	for length := range 3 { // of the padding
		data := append(whole[:len(whole):len(whole)], "\n\n\n"[:length]...)
		standard := base64.StdEncoding.EncodeToString(data)
		for name, text := range map[string]string{
			"plain": string(data), "standard": standard, "URL": base64.URLEncoding.EncodeToString(data),
			"raw": base64.RawStdEncoding.EncodeToString(data), "raw URL": base64.RawURLEncoding.EncodeToString(data),
			"wrapped": wrapped(standard, "\n"), "wrapped, CRLF": wrapped(standard, "\r\n"), "spaced": "  " + wrapped(standard, " "),
		} {
			key, err := ParseKey([]byte(text))
			if err != nil || key.KeyID() != testKey().KeyID() {
				t.Errorf("%s, %d bytes more: %v", name, length, err)
			}
		}
	}
	for _, path := range []string{"", "key.pem", "/run/secrets/workos.pem", "storage", "MIIEvgIBADANBgkqhkiG9w0BAQ.pem", strings.Repeat("a", 300)} {
		if format := FormatOfKey([]byte(path)); format != NoKey {
			t.Errorf("%q is taken for %s", path, format)
		}
	}
}

// TestPublishedKeyHoldsNothingPrivate compares with the numbers themselves, whatever the members are called.
func TestPublishedKeyHoldsNothingPrivate(t *testing.T) {
	t.Parallel()
	key := testKey()
	if err := json.Unmarshal(key.PublicJWK(), new(map[string]any)); err != nil {
		t.Fatal(err)
	}
	private := append(key.private.Primes, key.private.D, key.private.Precomputed.Dp, key.private.Precomputed.Dq)
	for _, number := range private {
		for _, encoding := range []*base64.Encoding{base64.RawURLEncoding, base64.RawStdEncoding} {
			if bytes.Contains(key.PublicJWK(), []byte(encoding.EncodeToString(number.Bytes()))) {
				t.Error("the JWK holds a private number")
			}
		}
	}
}

// TestKeyIDBelongsToTheKey checks that the tokens of before a restart are valid after it.
func TestKeyIDBelongsToTheKey(t *testing.T) {
	t.Parallel()
	again, err := NewSigningKey(testKey().private)
	if err != nil || again.KeyID() != testKey().KeyID() || !bytes.Equal(again.PublicJWK(), testKey().PublicJWK()) {
		t.Error("the same key is published in two ways", err)
	}
	other, err := GenerateKey()
	if err != nil || other.KeyID() == testKey().KeyID() {
		t.Error("two keys have one id", err)
	}
	if !strings.HasPrefix(other.KeyID(), "sso_oidc_key_pair_") || len(other.KeyID()) != len("sso_oidc_key_pair_")+26 {
		t.Errorf("the kid is %s", other.KeyID())
	}
}

// TestVerifyRefusesOtherSignatures has tokens whose header asks for another algorithm or key.
func TestVerifyRefusesOtherSignatures(t *testing.T) {
	t.Parallel()
	other, err := GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := other.Sign(map[string]string{"sub": "x"})
	if err != nil {
		t.Fatal(err)
	}
	own, err := testKey().Sign(map[string]string{"sub": "x"})
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(own, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","kid":"` + testKey().KeyID() + `"}`))
	for name, token := range map[string]string{
		"another key":   foreign,
		"no signature":  parts[0] + "." + parts[1] + ".",
		"alg none":      none + "." + parts[1] + ".",
		"other claims":  parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"y"}`)) + "." + parts[2],
		"empty":         "",
		"two parts":     parts[0] + "." + parts[1],
		"no JWT at all": "sk_test_customer",
	} {
		if err := testKey().Verify(token, new(map[string]any)); err == nil {
			t.Errorf("%s: it is verified", name)
		}
	}
	if err := testKey().Verify(own, new(map[string]any)); err != nil {
		t.Error("the own token:", err)
	}
}
