package idempotency

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/api"
)

// TestStoredAnswersAreSealed rules out that the store has a new secret in plain text.
func TestStoredAnswersAreSealed(t *testing.T) {
	t.Parallel()
	sealed, err := Seal("k", api.Answer{Status: 201, Raw: []byte(`{"value":"sk_test_new"}`)}, rand.Reader)
	if err != nil || strings.Contains(string(sealed), "sk_test_new") {
		t.Fatal(err, string(sealed))
	}
	if _, err := Open("other", sealed); err == nil {
		t.Error("another key opens it")
	}
	if a, err := Open("k", sealed); err != nil || a.Status != 201 || string(a.Raw) != `{"value":"sk_test_new"}` {
		t.Error(a, err)
	}
}
