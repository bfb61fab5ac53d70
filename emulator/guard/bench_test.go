package guard

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/scan"
)

// ofThousandKeys is the set of an instance with a thousand keys, short ones among them.
func ofThousandKeys() *scan.Set {
	var secrets []string
	for i := range 1000 {
		secrets = append(secrets, fmt.Sprintf("sk_test_of_customer_%04d", i))
	}
	return seeded(append(secrets, short)...).Set()
}

// BenchmarkGuard measures an upload of 50 MiB through the guard, and what it adds to a request as SDKs send it.
func BenchmarkGuard(b *testing.B) {
	set := ofThousandKeys()
	image := make([]byte, 50<<20)
	_, _ = rand.Read(image)
	text := bytes.Repeat([]byte(`{"id":"org_01JQ8ZVXV3S6F0YBGQ8J4TMNKC","name":"Customer 1","domains":[],"created_at":"2026-01-15T12:00:00.000Z"},`), 50<<20/113)
	for name, body := range map[string][]byte{"upload_binary": image, "upload_json": text} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				r := requestOf(func(r *http.Request) { r.Body = io.NopCloser(bytes.NewReader(body)) })
				Screen(set, r)
				if n, err := io.Copy(struct{ io.Writer }{io.Discard}, r.Body); err != nil || int(n) != len(body) {
					b.Fatal(n, err)
				}
			}
		})
	}
	b.Run("request", func(b *testing.B) {
		r := requestOf(nil)
		body := []byte(`{"email":"alice@acme.example","first_name":"Alice","last_name":"Doe","external_id":"user-4711","metadata":{"plan":"gold"}}`)
		for b.Loop() {
			if err := Head(set, r); err != nil {
				b.Fatal(err)
			}
			if err := Content(set, "", body, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}
