package scan

import (
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzPlanted puts a secret at a random place of any text, in one or two random encodings. It must be found, and nothing else.
func FuzzPlanted(f *testing.F) {
	set := setOf(longSecrets...)
	names := slices.Sorted(maps.Keys(readings))
	f.Add([]byte("some text"), uint64(1))
	f.Add([]byte(`{"a":["b%20c","\u0041"]}`), uint64(77))
	f.Add([]byte("\x00\x01\xff%"), uint64(1234567))
	f.Fuzz(func(t *testing.T, around []byte, seed uint64) {
		random := rand.New(rand.NewPCG(seed, 1))
		found, err := set.Holds(around, Body, Whole)
		switch {
		case errors.Is(err, ErrTooDeep):
			return
		case found && !mayHold(around):
			t.Fatalf("%q holds a secret", around)
		}
		secret := longSecrets[random.IntN(len(longSecrets))]
		once, twice := names[random.IntN(len(names))], names[random.IntN(len(names))]
		inner := readings[once](secret)
		if (!utf8.ValidString(inner) || strings.IndexByte(inner, 0) >= 0) && !takesBytes[twice] || twice == "hexadecimal" && once != "as it is" {
			twice = "as it is"
		}
		at := random.IntN(len(around) + 1)
		before := around[:at]
		for len(before) > 0 && escapes(before) {
			before = before[:len(before)-1] // an escape that is not complete yet
		}
		text := slices.Concat(before, []byte(readings[twice](inner)), around[at:])
		found, err = set.Holds(text, Body, Whole)
		if !found && err == nil {
			t.Fatalf("%q, as %s of %s, is not found in %q", secret, twice, once, text)
		}
		if _, err := set.Spans(text); err != nil && !errors.Is(err, ErrTooDeep) {
			t.Fatal(err)
		}
	})
}

// escapes reports whether a text may end in the beginning of an escape, so that the text after it would be a part of the escape.
func escapes(text []byte) bool {
	end := text[max(len(text)-12, 0):]
	return strings.ContainsAny(string(end), `%\&`)
}

// mayHold reports whether the fuzzer has found out a secret by itself.
func mayHold(text []byte) bool {
	for _, secret := range longSecrets {
		if strings.Contains(string(text), secret[max(len(secret)-4, 0):]) {
			return true
		}
	}
	return false
}

// FuzzRandom checks that nothing is found in random bytes and in text of random characters.
func FuzzRandom(f *testing.F) {
	set := setOf(longSecrets...)
	f.Add(uint64(1), uint(1000), "abc")
	f.Fuzz(func(t *testing.T, seed uint64, size uint, characters string) {
		random := rand.New(rand.NewPCG(seed, 2))
		text := make([]byte, size%100_000)
		for i := range text {
			if characters == "" {
				text[i] = byte(random.Uint32())
			} else {
				text[i] = characters[random.IntN(len(characters))]
			}
		}
		if found, err := set.Holds(text, Body, Whole); found || err != nil && len(characters) > 64 {
			t.Fatalf("%d bytes, seed %d, of %q: %v, %v", len(text), seed, characters, found, err)
		}
	})
}
