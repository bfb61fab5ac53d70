package option

import (
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/origin"
)

// CheckPublicURL wants the value to be a public URL, if it is given.
func CheckPublicURL(o Option) error {
	return o.Check(func(url string) error {
		_, err := origin.ParsePublicURL(url)
		return err
	})
}

// CheckIssuer wants the value to be an issuer, if it is given.
func CheckIssuer(o Option) error { return o.Check(origin.CheckIssuer) }

// ParseMode reads an option that says what is done with fixtures.
func ParseMode(o Option) (fixture.Mode, error) {
	mode, err := fixture.ParseMode(o.Value)
	if err == nil {
		return mode, nil
	}
	return "", o.Errorf("want one of %s, got %s%s", ModeNames(), Quoted(o.Text), DidYouMean(o.Text, modes()))
}

// ModeNames are what such an option may be, for people.
func ModeNames() string { return strings.Join(modes(), ", ") }

func modes() []string {
	names := make([]string, len(fixture.Modes()))
	for i, known := range fixture.Modes() {
		names[i] = string(known)
	}
	return names
}
