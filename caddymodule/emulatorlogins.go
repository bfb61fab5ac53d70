package caddymodule

import (
	"errors"
	"time"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator"
)

// logins is what the configuration says of logins, with its placeholders replaced.
type logins struct {
	login             emulator.Login
	createLocal       bool
	clientIDs         []string
	redirectURIs      []string
	signOutRedirects  []string
	corsOrigins       []string
	userTokenAudience bool
}

// resolveLogins replaces the placeholders of the options for logins, and checks their values.
func (l *logins) resolveLogins(m *Emulator) error {
	for _, several := range []struct {
		name  string
		texts []string
		check func(option.Option) error
		into  *[]string
	}{
		{"client_id", m.ClientID, option.CheckClientID, &l.clientIDs},
		{"redirect_uri", m.RedirectURI, option.CheckRedirectURI, &l.redirectURIs},
		{"sign_out_redirect", m.SignOutRedirect, option.CheckRedirectURI, &l.signOutRedirects},
		{"cors_origin", m.CORSOrigin, option.CheckOrigin, &l.corsOrigins},
	} {
		values, err := option.ResolveSeveral(several.name, several.texts, several.check)
		if err != nil {
			return err
		}
		*several.into = values
	}
	return errors.Join(
		l.readLogin(m.Login), l.readCreate(m.Create), l.readUserTokenAudience(m.UserTokenAudience),
		checkTTL("user_token_ttl")(time.Duration(m.UserTokenTTL)), checkTTL("session_ttl")(time.Duration(m.SessionTTL)),
	)
}

// createChoices are the words that the option may be.
var createChoices = []string{"local", "upstream"}

func (l *logins) readLogin(text string) error {
	login, err := option.Resolve("login", text)
	if err == nil {
		l.login, err = option.ParseLogin(login)
	}
	return err
}

func (l *logins) readCreate(text string) error {
	create, err := option.Resolve("create", text)
	if err != nil {
		return err
	}
	l.createLocal = create.Value == "local"
	return create.Or("upstream").OneOf(createChoices)
}

func (l *logins) readUserTokenAudience(text string) error {
	audience, err := option.Resolve("user_token_audience", text)
	if err == nil {
		l.userTokenAudience, err = option.ParseUserTokenAudience(audience)
	}
	return err
}
