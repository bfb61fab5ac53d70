package emulatortest

import (
	"errors"
	"fmt"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/cors"
	"github.com/caddy-workos/caddy-workos/emulator/redirecturi"
)

// Login says who signs in at the authorization endpoints where the login_hint names no user of the seed. Default:
// [emulator.LoginFirst] without an upstream, [emulator.LoginPage] with one.
func Login(login emulator.Login) Option {
	return Option{"Login", func(c *configuration) error {
		switch login {
		case emulator.LoginAuto, emulator.LoginFirst, emulator.LoginPage, emulator.LoginPassword:
		default:
			return errors.New("want one of emulator.LoginAuto, LoginFirst, LoginPage and LoginPassword")
		}
		c.emulator.Login = login
		return nil
	}}
}

// CreateLocal makes the server create organizations and users itself where there is an upstream. Default: the upstream does.
func CreateLocal() Option {
	return Option{"CreateLocal", func(c *configuration) error {
		c.emulator.CreateLocal = true
		return nil
	}}
}

// ClientIDs are the client IDs of the environment that a login may name, beside those of the seed's applications. Default: that of
// [Audience], or any.
func ClientIDs(ids ...string) Option {
	return listed("ClientIDs", ids, nil, func(o *emulator.Options) *[]string { return &o.ClientIDs })
}

// RedirectURIs are where a login may send the browser: see package redirecturi for their wildcards. Default: any URI of this machine.
func RedirectURIs(uris ...string) Option {
	return listed("RedirectURIs", uris, checkURIs, func(o *emulator.Options) *[]string { return &o.RedirectURIs })
}

// SignOutRedirects are where a logout may send the browser, in the form of [RedirectURIs]. Default: any URI of this machine.
func SignOutRedirects(uris ...string) Option {
	return listed("SignOutRedirects", uris, checkURIs, func(o *emulator.Options) *[]string { return &o.SignOutRedirects })
}

// CORSOrigins are the origins whose pages may call authenticate by script. Default: those of this machine.
func CORSOrigins(origins ...string) Option {
	return listed("CORSOrigins", origins, checkOrigins, func(o *emulator.Options) *[]string { return &o.CORSOrigins })
}

// UserTokenTTL is the lifetime of users' access tokens, in whole seconds. Default: [emulator.DefaultUserTokenTTL].
func UserTokenTTL(ttl time.Duration) Option {
	return lasting("UserTokenTTL", ttl, func(o *emulator.Options) *time.Duration { return &o.UserTokenTTL })
}

// UserTokenAudience gives users' access tokens the client ID as `aud`. Default: they have none, as in production.
func UserTokenAudience() Option {
	return Option{"UserTokenAudience", func(c *configuration) error {
		c.emulator.UserTokenAudience = true
		return nil
	}}
}

// SessionTTL is how long a session lasts, in whole seconds. Default: [emulator.DefaultSessionTTL].
func SessionTTL(ttl time.Duration) Option {
	return lasting("SessionTTL", ttl, func(o *emulator.Options) *time.Duration { return &o.SessionTTL })
}

// listed is an option of several values. check may be nil.
func listed(name string, values []string, check func([]string) error, into func(*emulator.Options) *[]string) Option {
	return Option{name, func(c *configuration) error {
		if len(values) == 0 {
			return errors.New("name at least one")
		}
		*into(&c.emulator) = values
		if check == nil {
			return nil
		}
		return check(values)
	}}
}

func checkURIs(uris []string) error {
	_, err := redirecturi.ParseList(uris)
	return err
}

func checkOrigins(origins []string) error {
	_, err := cors.New(origins)
	return err
}

func lasting(name string, ttl time.Duration, into func(*emulator.Options) *time.Duration) Option {
	return Option{name, func(c *configuration) error {
		if ttl <= 0 || ttl%time.Second != 0 {
			return fmt.Errorf("want a positive number of whole seconds, got %s", ttl)
		}
		*into(&c.emulator) = ttl
		return nil
	}}
}
