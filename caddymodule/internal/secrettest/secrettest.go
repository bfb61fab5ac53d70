// Package secrettest has the secrets that tests put where none belongs, and finds them in what is said of it.
package secrettest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strconv"
	"strings"
	"testing"
)

// Values are what a placeholder may stand for by mistake, by what they are.
func Values(t testing.TB) map[string]string {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string, headers map[string]string) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Headers: headers, Bytes: der}))
	}
	whole := block("PRIVATE KEY", nil)
	secret := "sk_live_" + rand.Text()
	return map[string]string{
		"a key of WorkOS's": secret,
		"a path":            "/run/secrets/" + secret + "/key.pem",
		"a relative path":   "secrets/" + secret,
		"an address":        "https://user:" + secret + "@example.com",
		"a number":          "1" + secret,
		"base64 of PEM":     base64.StdEncoding.EncodeToString([]byte(whole[:len(whole)/2])), // a whole one is accepted
		"base64 of DER":     base64.StdEncoding.EncodeToString(der),
		"base64url of DER":  base64.RawURLEncoding.EncodeToString(der),
		"DER":               string(der),
		"damaged PEM":       strings.Replace(whole, "\n", "\n???\n", 3),
		"cut off PEM":       whole[:len(whole)/2],
		"PEM in one line":   strings.ReplaceAll(whole, "\n", " "),
		"PEM of a secret":   block("PRIVATE "+strings.ToUpper(secret), nil),
		"encrypted PEM":     block("RSA PRIVATE KEY", map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC," + secret}),
		"encrypted PKCS#8":  block("ENCRYPTED PRIVATE KEY", nil),
		"a JWK":             `{"kty":"RSA","d":"` + base64.RawURLEncoding.EncodeToString(private.D.Bytes()) + `"}`,
	}
}

// PieceOf returns a piece of a secret that is in a text, of 12 characters, but for what every PEM file has; or nothing.
func PieceOf(secret, said string) string {
	const length = 12
	for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret)), strings.Trim(strconv.Quote(secret), `"`)} {
		for line := range strings.SplitSeq(form, "\n") {
			line = strings.NewReplacer("-----BEGIN PRIVATE KEY-----", "", "-----END PRIVATE KEY-----", "", "RSA PRIVATE KEY", "",
				"ENCRYPTED PRIVATE KEY", "", "/run/secrets/", "", "Proc-Type: 4,ENCRYPTED", "", "DEK-Info: AES-256-CBC", "", "https://", "",
				"@example.com", "").Replace(line)
			for i := 0; i+length <= len(line); i++ {
				if piece := line[i : i+length]; strings.Contains(said, piece) {
					return piece
				}
			}
		}
	}
	return ""
}
