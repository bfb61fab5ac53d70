// Package tokentest has spellings of tokens, for tests.
package tokentest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// Serializations are spellings of a signed token that are not the one compact JWS which a JWT is.
func Serializations(token string) map[string]string {
	parts := strings.Split(token, ".")
	head, payload, signature := parts[0], parts[1], parts[2]
	padded := func(part string) string { return part + strings.Repeat("=", (4-len(part)%4)%4) }
	signed := fmt.Sprintf(`{"protected":%q,"signature":%q}`, head, signature)
	return map[string]string{
		"flattened":               fmt.Sprintf(`{"payload":%q,"protected":%q,"signature":%q}`, payload, head, signature),
		"flattened, with header":  fmt.Sprintf(`{"payload":%q,"protected":%q,"header":{"typ":"JWT"},"signature":%q}`, payload, head, signature),
		"flattened, spaced":       fmt.Sprintf("\n\t {\"payload\":%q,\"protected\":%q,\"signature\":%q}\n", payload, head, signature),
		"general":                 fmt.Sprintf(`{"payload":%q,"signatures":[%s]}`, payload, signed),
		"general, two":            fmt.Sprintf(`{"payload":%q,"signatures":[%s,%s]}`, payload, signed, signed),
		"general, one of another": fmt.Sprintf(`{"payload":%q,"signatures":[{"protected":%q,"signature":"AAAA"},%s]}`, payload, head, signed),
		"a JSON string":           fmt.Sprintf("%q", token),
		"a JSON array":            fmt.Sprintf("[%q]", token),
		"an object":               fmt.Sprintf(`{"token":%q}`, token),
		"a space before":          " " + token,
		"a space after":           token + " ",
		"a line break after":      token + "\n",
		"a line break within":     head + ".\n" + payload + "." + signature,
		"a line break in a part":  head[:4] + "\r\n" + head[4:] + "." + payload + "." + signature,
		"a byte order mark":       "\ufeff" + token,
		"a NUL":                   token + "\x00",
		"a scheme":                "Bearer " + token,
		"four parts":              token + "." + signature,
		"a dot after":             token + ".",
		"a dot before":            "." + token,
		"five parts":              token + ".." + signature,
		"two tokens":              token + "." + token,
		"two tokens in a row":     token + " " + token,
		"detached payload":        head + ".." + signature,
		"no header":               "." + payload + "." + signature,
		"no signature":            head + "." + payload + ".",
		"two parts":               head + "." + payload,
		"one part":                head,
		"empty":                   "",
		"padding":                 padded(head) + "." + padded(payload) + "." + padded(signature),
		"padded signature":        head + "." + payload + "." + padded(signature),
		"standard base64":         strings.NewReplacer("-", "+", "_", "/").Replace(token),
		"other last bits":         head + "." + payload + "." + NextLetter(signature),
	}
}

// NextLetter changes the bits of the last letter that do not count: 256 bytes leave four of them.
func NextLetter(part string) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(letters, part[len(part)-1])
	return part[:len(part)-1] + string(letters[last^1])
}

// Base64 is base64url without padding.
func Base64(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// Sign makes a compact JWS of any header and payload, with an RSA, EC or symmetric key.
func Sign(t testing.TB, header, payload string, key any) string {
	t.Helper()
	input := Base64([]byte(header)) + "." + Base64([]byte(payload))
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
	return input + "." + Base64(signature)
}

// RSAJWK is the JWK of a public RSA key, with more members.
func RSAJWK(key *rsa.PrivateKey, kid, more string) string {
	return fmt.Sprintf(`{"kty":"RSA","kid":%q,"n":%q,"e":"AQAB"%s}`, kid, Base64(key.N.Bytes()), more)
}
