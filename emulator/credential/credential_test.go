package credential

import (
	"crypto/rand"
	"errors"
	"regexp"
	"testing"
	"testing/iotest"
)

func TestForms(t *testing.T) {
	t.Parallel()
	secret, err := NewClientSecret(rand.Reader)
	if err != nil || !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(secret) {
		t.Error(secret, err)
	}
	key, err := NewAPIKey(rand.Reader)
	if err != nil || !regexp.MustCompile(`^sk_test_[0-9a-f]{48}$`).MatchString(key) {
		t.Error(key, err)
	}
	if _, err := NewAPIKey(iotest.ErrReader(errors.New("no entropy"))); err == nil {
		t.Error("a key was made without randomness")
	}
}

func TestWhatMayBeShown(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{"sk_test_123456": "sk_...3456", "sk_abcd": "sk_...", "sk_": "sk_..."} {
		if got := Obfuscate(value); got != want {
			t.Errorf("%s is shown as %s", value, got)
		}
	}
	for secret, want := range map[string]string{"0123456789abcdef": "cdef", "short": "", "": ""} {
		if got := Hint(secret); got != want {
			t.Errorf("%s is hinted at by %q", secret, got)
		}
	}
}
