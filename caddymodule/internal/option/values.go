package option

import (
	"errors"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/cors"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/origin"
	"github.com/caddy-workos/caddy-workos/emulator/redirecturi"
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

// ParseLogin reads the option that says who signs in. One that is not given is [emulator.LoginAuto].
func ParseLogin(o Option) (emulator.Login, error) {
	if o.Text == "" {
		return emulator.LoginAuto, nil
	}
	return emulator.Login(o.Value), o.OneOf([]string{string(emulator.LoginFirst), string(emulator.LoginPage), string(emulator.LoginPassword)})
}

// ParseUserTokenAudience reads the option that says what the `aud` claim of users' tokens is: true stands for the client ID. One that is
// not given is none.
func ParseUserTokenAudience(o Option) (isClientID bool, err error) {
	return o.Value == "client_id", o.Or("none").OneOf([]string{"client_id", "none"})
}

// CheckRedirectURI wants the value to be a redirect URI, with or without a wildcard, if it is given.
func CheckRedirectURI(o Option) error {
	return o.checkShowing(func(uri string) error {
		_, err := redirecturi.Parse(uri)
		return err
	})
}

// CheckOrigin wants the value to be the origin of a page, if it is given.
func CheckOrigin(o Option) error {
	return o.checkShowing(func(text string) error {
		_, err := cors.Parse(text)
		return err
	})
}

// CheckClientID wants the value to be a client ID, if it is given.
func CheckClientID(o Option) error {
	return o.checkShowing(func(id string) error {
		if strings.HasPrefix(id, "sk_") || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
			return errors.New("want a client ID such as client_01ENVIRONMENT")
		}
		return nil
	})
}

// checkShowing is Check for an option with several values: the error shows which one is wrong, if it may be shown.
func (o Option) checkShowing(check func(value string) error) error {
	if o.Value == "" || check(o.Value) == nil {
		return nil
	}
	return o.Errorf("%s: %w", o, check(o.Value))
}

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
