package credential

import (
	"crypto/rand"
	"strings"
	"testing"
)

// TestMarkedSecretsAreKnownByTheirForm checks new secrets, and the same with one character before the mark changed.
func TestMarkedSecretsAreKnownByTheirForm(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 200 {
		key, errKey := NewAPIKey(rand.Reader)
		secret, errSecret := NewClientSecret(rand.Reader)
		if errKey != nil || errSecret != nil || seen[key] || seen[secret] {
			t.Fatal(errKey, errSecret)
		}
		seen[key], seen[secret] = true, true
		for _, made := range []string{key, secret} {
			end := strings.Index(made, Mark) + len(Mark)
			if !EndsInMark([]byte(made[:end])) || len(made)-end != tailLength {
				t.Errorf("%s is not known", made)
			}
			for i := end - MarkedLength; i < end; i++ {
				other := []byte(made[:end])
				if other[i]++; EndsInMark(other) {
					t.Errorf("%s is known, where %s was made", other, made)
				}
			}
		}
	}
	for _, text := range []string{"", Mark, strings.Repeat("0", 28) + Mark, strings.Repeat(Mark, 4)} {
		if EndsInMark([]byte(text)) {
			t.Errorf("%q is known", text)
		}
	}
}

func TestKeyIDs(t *testing.T) {
	t.Parallel()
	const theirs = "sso_oidc_key_pair_01JQ8ZVXV3S6F0YBGQ8J4TMNKC"
	ours := MarkKeyID(theirs)
	if len(ours) != len(theirs) || !EndsInKeyID([]byte("x"+ours)) {
		t.Errorf("%s is not known", ours)
	}
	for _, text := range []string{theirs, ours[1:], ours + "x", KeyIDMark, ""} {
		if EndsInKeyID([]byte(text)) {
			t.Errorf("%q is known", text)
		}
	}
}
