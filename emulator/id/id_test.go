package id

import (
	"crypto/rand"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestNew(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 0)
	first, err := New(APIKey, now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	later, err := New(APIKey, now.Add(time.Second), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^api_key_[0-9A-HJKMNP-TV-Z]{26}$`)
	if !form.MatchString(first) || !form.MatchString(later) || first >= later {
		t.Errorf("ids are %s and then %s", first, later)
	}
}

func TestDerive(t *testing.T) {
	t.Parallel()
	if got, want := Derive(User, "a", "b"), "user_"; !strings.HasPrefix(got, want) || got != Derive("user", []string{"a", "b"}...) {
		t.Errorf("the same parts gave another id than %s", got)
	}
	seen := map[string]bool{}
	for _, parts := range [][]string{{"ab"}, {"a", "b"}, {"", "ab"}, {"ab", ""}, {"a:b"}, {}} {
		seen[Derive(User, parts...)] = true
	}
	seen[Derive(APIKey, "ab")] = true
	if len(seen) != 7 {
		t.Errorf("seven different sources gave %d ids", len(seen))
	}
}
