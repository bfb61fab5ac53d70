package id

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// TestNoIDWithoutRandomness rules out ids that could be guessed or repeat.
func TestNoIDWithoutRandomness(t *testing.T) {
	t.Parallel()
	broken := errors.New("no entropy")
	for name, random := range map[string]interface{ Read([]byte) (int, error) }{
		"error": iotest.ErrReader(broken), "short": strings.NewReader("abc"),
	} {
		if got, err := New(APIKey, time.Unix(1, 0), random); err == nil || got != "" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := NewBare(time.Unix(1, 0), iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
}

// TestNewIsMadeOfTimeAndRandomness checks that an id depends on the time and the random bytes only, and contains the time.
func TestNewIsMadeOfTimeAndRandomness(t *testing.T) {
	t.Parallel()
	got, err := New(Client, time.UnixMilli(1_469_918_176_385), strings.NewReader(strings.Repeat("\x00", 10)))
	if want := "client_01ARYZ6S410000000000000000"; got != want || err != nil { // the time of the example in the ULID specification
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}

// TestDerivedIDsStay pins derived ids: they must be the same in all versions of this program.
func TestDerivedIDsStay(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[0-7][0-9A-HJKMNP-TV-Z]{25}$`)
	for want, parts := range map[string][]string{
		derivedOrganization: {Organization, "Acme Corp"},
		derivedKey:          {APIKey, "CI", "Acme Corp", ""},
	} {
		got := Derive(parts[0], parts[1:]...)
		if bare := strings.TrimPrefix(got, parts[0]+"_"); got != want || !form.MatchString(bare) {
			t.Errorf("%v gives %s, want %s", parts, got, want)
		}
	}
}

const (
	derivedOrganization = "org_2APFM4ET6HMJNPMQ5Y97K4123S"
	derivedKey          = "api_key_1WJ3F7YW9V646EPE5CX3FBB5ES"
)
