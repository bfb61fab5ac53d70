package oauth

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"sync"
	"testing"
)

func TestParseKey(t *testing.T) {
	t.Parallel()
	own, err := testKey().PEM()
	if err != nil {
		t.Fatal(err)
	}
	pkcs1 := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(testKey().private)})
	for name, data := range map[string][]byte{"PKCS#8": own, "PKCS#1": pkcs1} {
		key, err := ParseKey(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if key.KeyID() != testKey().KeyID() || string(key.PublicJWK()) != string(testKey().PublicJWK()) {
			t.Errorf("%s: the same key gave another JWK", name)
		}
	}

	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := x509.MarshalPKCS8PrivateKey(curve)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		data []byte
		says string
	}{
		"garbage":       {[]byte("garbage"), "not a PEM file"},
		"certificate":   {pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}), "CERTIFICATE"},
		"encrypted":     {pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("x")}), "ENCRYPTED PRIVATE KEY"},
		"broken PKCS#1": {pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: []byte("x")}), "PKCS#1"},
		"broken PKCS#8": {pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")}), "PKCS#8"},
		"EC":            {pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: ec}), "ecdsa"},
		"short":         {pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(short)}), "1024 bits"},
	} {
		if _, err := ParseKey(test.data); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: the error is %v, want %q in it", name, err, test.says)
		}
	}
}

// testKey is one key for all tests that need any.
var testKey = sync.OnceValue(func() *SigningKey {
	key, err := GenerateKey()
	if err != nil {
		panic(err)
	}
	return key
})
