package guard

import (
	"crypto/rand"
	"fmt"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/scan"
)

// TestRetiredSecretsStayKnown also checks that their number is bounded, and that those of a seed that was not applied are forgotten.
func TestRetiredSecretsStayKnown(t *testing.T) {
	t.Parallel()
	s := seeded("first-of-all-secrets")
	s.Seed(scan.Of("second-of-all-secrets"))
	if !s.Knows("first-of-all-secrets") || !s.Knows("second-of-all-secrets") || s.Knows("third-of-all-secrets") {
		t.Error("a secret is forgotten, or one is known that never was")
	}
	s.Seed(scan.Of("third-of-all-secrets"))()
	if s.Knows("third-of-all-secrets") || !s.Knows("second-of-all-secrets") || !s.Knows("first-of-all-secrets") {
		t.Error("a seed that was taken back has left a trace")
	}
	for i := range maxRetired/1000 + 2 {
		var many []scan.Secret
		for j := range 1000 {
			many = append(many, scan.Of(fmt.Sprintf("one-of-many-secrets-%d-%d", i, j))...)
		}
		s.Seed(many)
	}
	if s.Knows("first-of-all-secrets") || len(s.retired) > maxRetired {
		t.Errorf("%d secrets are remembered", len(s.retired))
	}
}

// TestAddedSecretsStayKnown adds secrets between seeds, one of which is taken back.
func TestAddedSecretsStayKnown(t *testing.T) {
	t.Parallel()
	s := seeded("first-of-all-secrets")
	undo := s.Seed(scan.Of("second-of-all-secrets"))
	s.Add("added-secret")
	s.Add("")
	undo()
	s.Add("added-secret")
	if !s.Knows("added-secret") || !s.Knows("first-of-all-secrets") || s.Knows("second-of-all-secrets") || len(s.added) != 1 {
		t.Errorf("%d secrets were added", len(s.added))
	}
	s.Seed(nil)
	if !s.Within("text with an added-secret") {
		t.Error("a seed has made an added secret unknown")
	}
	for i := range maxAdded/100 + 1 {
		for j := range 100 {
			s.added = append(s.added, scan.Of(fmt.Sprintf("one-of-many-secrets-%d-%d", i, j))...)
		}
	}
	s.Add("the-last-secret")
	if s.Knows("added-secret") || !s.Knows("the-last-secret") || len(s.added) != maxAdded {
		t.Errorf("%d secrets are remembered", len(s.added))
	}
}

// TestMayShowToken: a token of this program may be shown, whoever has given it, and nothing that contains another secret.
func TestMayShowToken(t *testing.T) {
	t.Parallel()
	keys, err := NewKeys(seeded("secret-of-the-seed"), []string{"accepted-key"})
	if err != nil {
		t.Fatal(err)
	}
	token, err := credential.NewToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]bool{
		token: true, "01UNKNOWN": true, "": true, "sk_live_" + token: false, "secret-of-the-seed" + token: false, token + "x": false,
		"secret-of-the-seed": false, "accepted-key": false, "sk_test_x": false, "eyJhbGciOiJSUzI1NiJ9.e30.x": false,
	} {
		if got := keys.MayShowToken(value); got != want {
			t.Errorf("%s: %t", value, got)
		}
	}
}
