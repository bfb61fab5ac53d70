package screen

import (
	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/caddymodule/command/text"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator"
)

// loginRows say how many users can sign in, and how.
func loginRows(r *serving.Running) []row {
	count := r.Seed.UserCount()
	if count == 0 {
		return nil
	}
	return []row{{"logins", text.Count(count, "user") + ": " + howToSignIn(r)}}
}

// howToSignIn says what /user_management/authorize does.
func howToSignIn(r *serving.Running) string {
	login, _ := option.Resolve("login", r.Site.Login) // which was checked
	said := map[emulator.Login]string{
		emulator.LoginFirst:    "the first one signs in, or the one of login_hint",
		emulator.LoginPage:     "on a page that lists them, or by login_hint",
		emulator.LoginPassword: "on a page, by password or emailed code, or by login_hint",
	}
	switch mixed := r.Site.Upstream != ""; {
	case login.Value == "" && mixed:
		return said[emulator.LoginPage] + "; others at the real WorkOS"
	case login.Value == "":
		return said[emulator.LoginFirst] + " (--login page: one chooses)"
	case mixed:
		return said[emulator.Login(login.Value)] + "; others at the real WorkOS"
	}
	return said[emulator.Login(login.Value)]
}
