package credential

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
)

// TestObfuscationHidesTheSecret has unusual forms, and TestWhatMayBeShown the usual ones.
func TestObfuscationHidesTheSecret(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"sk_test_abcdefgh3456": "sk_...3456",
		"sk_live_3456":         "sk_...3456",
		"key_abcde":            "key_...bcde",
		"_abcdef":              "_...cdef",
		"sk__abcdef":           "sk_...cdef",
		"sk_abc":               "sk_...",
	} {
		if got := Obfuscate(value); got != want {
			t.Errorf("%s is shown as %s, want %s", value, got, want)
		}
	}
	if got := Obfuscate("nounderscore-and-all-of-it-secret"); strings.Contains(got, "secret") || strings.Contains(got, "all-of-it") {
		t.Errorf("a value without an underscore is shown as %s", got)
	}
}

// TestHintGivesLittleAway checks that at most half of a secret is shown.
func TestHintGivesLittleAway(t *testing.T) {
	t.Parallel()
	for secret, want := range map[string]string{"1234567": "", "12345678": "5678", strings.Repeat("a", 60) + "beef": "beef"} {
		if got := Hint(secret); got != want {
			t.Errorf("%s is hinted at by %q, want %q", secret, got, want)
		}
	}
}

// TestSecretsAreAllOfTheirRandomness checks that each random byte is in the secret, with nothing else but the mark and its checksum.
func TestSecretsAreAllOfTheirRandomness(t *testing.T) {
	t.Parallel()
	random := bytes.Repeat([]byte{0xab}, 20)
	const markAndChecksum = "4c00ac50c08b" + Mark
	if got, err := NewClientSecret(bytes.NewReader(random)); got != strings.Repeat("ab", 16)+markAndChecksum+"abababab" || err != nil {
		t.Error(got, err)
	}
	if got, err := NewAPIKey(bytes.NewReader(random)); got != "sk_test_"+strings.Repeat("ab", 8)+markAndChecksum+"abababab" || err != nil {
		t.Error(got, err)
	}
	broken := errors.New("no entropy")
	if got, err := NewClientSecret(iotest.ErrReader(broken)); !errors.Is(err, broken) || got != "" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := NewClientSecret(bytes.NewReader(random[:19])); err == nil {
		t.Error("a secret was made of too little randomness")
	}
}
