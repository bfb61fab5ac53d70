package password

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"github.com/caddy-workos/caddy-workos/store"
)

func TestMatches(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a", "correct horse battery staple", strings.Repeat("ß", 200), "nul\x00byte"} {
		made, err := New(text)
		if err != nil {
			t.Fatal(err)
		}
		for name, kept := range map[string]store.Password{"made": made, "seeded": Seeded(text)} {
			for range 2 {
				if !kept.Matches(text) {
					t.Errorf("%s: %q does not match itself", name, text)
				}
				if kept.Matches(text + "x") {
					t.Errorf("%s: %q matches another text", name, text)
				}
			}
			if shown := fmt.Sprintf("%v %+v", kept, kept); text != "" && len(text) > 8 && strings.Contains(shown, text) {
				t.Errorf("%s is shown as %s", name, shown)
			}
		}
	}
}

// TestSeededAtOnce compares a seeded password from many goroutines, of which the first makes the hash.
func TestSeededAtOnce(t *testing.T) {
	t.Parallel()
	kept := Seeded("secret")
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() {
			if !kept.Matches("secret") || kept.Matches("other") {
				t.Error("the comparison is wrong")
			}
		})
	}
	wait.Wait()
}

func TestImported(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 80)
	for _, text := range []string{"secret", long} {
		hash, err := bcrypt.GenerateFromPassword([]byte(text)[:min(len(text), 72)], bcrypt.MinCost)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := Imported(string(hash))
		if err != nil || !kept.Matches(text) || kept.Matches("other") {
			t.Errorf("%q: %v", hash, err)
		}
	}
	for _, hash := range []string{"", "secret", "$2b$99$" + long, "$2b$31$" + strings.Repeat("a", 53), "$argon2id$v=19$m=64,t=1,p=1$c2FsdA$aGFzaA"} {
		if kept, err := Imported(hash); err == nil {
			t.Errorf("%q is taken: %v", hash, kept)
		}
	}
}
