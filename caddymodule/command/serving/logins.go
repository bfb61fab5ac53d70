package serving

import (
	"cmp"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
)

// Logins are the options for logins of users, with their placeholders.
type Logins struct {
	Login       string
	CreateLocal bool

	ClientIDs, RedirectURIs, SignOutRedirects, CORSOrigins []string

	UserTokenTTL, SessionTTL DurationFlag
	UserTokenAudience        string
}

// check returns an error that names the option which is wrong. isGiven tells whether a flag is on the command line.
func (l *Logins) check(isGiven func(flag string) bool) error {
	login, err := option.Resolve("login", l.Login)
	if err == nil {
		_, err = option.ParseLogin(login)
	}
	several := func(name string, texts []string, check func(option.Option) error) error {
		_, err := option.ResolveSeveral(name, texts, check)
		return err
	}
	if err != nil {
		return err
	}
	audience, err := option.Resolve("user_token_audience", l.UserTokenAudience)
	if err == nil {
		_, err = option.ParseUserTokenAudience(audience)
	}
	return cmp.Or(
		err,
		l.UserTokenTTL.Check("user-token-ttl", isGiven),
		l.SessionTTL.Check("session-ttl", isGiven),
		several("client_id", l.ClientIDs, option.CheckClientID),
		several("redirect_uri", l.RedirectURIs, option.CheckRedirectURI),
		several("sign_out_redirect", l.SignOutRedirects, option.CheckRedirectURI),
		several("cors_origin", l.CORSOrigins, option.CheckOrigin),
	)
}

// FirstClientID returns the first of ClientIDs, with what its placeholders stand for, or nothing.
func (l *Logins) FirstClientID() string {
	values, err := option.ResolveSeveral("client_id", l.ClientIDs, option.CheckClientID)
	if err != nil || len(values) == 0 {
		return ""
	}
	return values[0]
}
