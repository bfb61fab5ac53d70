package authorize

import (
	"io"
	"slices"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/redirecturi"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

// Login says who signs in where no login_hint names a local user.
type Login string

// The values of [Login].
const (
	// Auto is Page where there is an upstream, and First where there is none.
	Auto Login = ""
	// First signs the first user in, without a page.
	First Login = "first"
	// Page shows a page on which the person chooses an account.
	Page Login = "page"
	// Password is Page with the steps of a real login.
	Password Login = "password"
)

// Handler answers the endpoints. Store, Signin and Random are required.
type Handler struct {
	// Store has the users, and the logins that are under way.
	Store *store.Store
	// Signin makes codes and finds out the steps of a login.
	Signin *signin.Service
	// Clients are the client IDs of the environment.
	Clients session.Clients
	// Login says who signs in.
	Login Login
	// Redirects are the redirect URIs of all clients, beside those in the store.
	Redirects redirecturi.List
	// SignOuts are where a browser may be sent after the logout.
	SignOuts redirecturi.List
	// EmailSent is called after an email was stored, with its kind and the user's id. Default: nothing.
	EmailSent func(kind, userID string)
	// Random is the source of tokens.
	Random io.Reader
}

// The paths of the pages.
const (
	authorizePath    = "/user_management/authorize"
	ssoAuthorizePath = "/sso/authorize"
	devicePath       = signin.DevicePath
	logoutPath       = "/user_management/sessions/logout"
)

// LoginRoutes returns the routes of the group `login`.
func (h *Handler) LoginRoutes() []api.Route {
	users, devices := flow{Handler: h}, flow{Handler: h, isDevice: true}
	return slices.Concat(users.routes(), []api.Route{
		{Method: "GET", Pattern: devicePath, Page: true, Rule: api.ByCredentials, Local: devices.isLocal, Serve: devices.get, Unanswered: devices.get},
		{Method: "POST", Pattern: devicePath, Rule: api.Always, Serve: devices.post},
		{Method: "GET", Pattern: logoutPath, Page: true, Rule: api.ByCredentials, Local: h.endsHere, Serve: h.logout, Unanswered: h.logout},
	}, h.linkRoutes())
}

// SSORoutes returns the routes of the group `sso`.
func (h *Handler) SSORoutes() []api.Route {
	return flow{Handler: h, isSSO: true}.routes()
}

// flow answers one authorization endpoint with its page.
type flow struct {
	*Handler
	isSSO    bool // that of the SSO API, which has profiles in the place of users
	isDevice bool // the page on which a device is approved
	isLink   bool // a page that a link in an email leads to
}

// path returns the path of the page.
func (f flow) path() string {
	switch {
	case f.isDevice:
		return devicePath
	case f.isSSO:
		return ssoAuthorizePath
	}
	return authorizePath
}

func (f flow) routes() []api.Route {
	path := f.path()
	return []api.Route{
		{Method: "GET", Pattern: path, Page: true, Rule: api.ByCredentials, Local: f.isLocal, Serve: f.get, Unanswered: f.unanswered, OwnAnswer: f.signsIn},
		{Method: "POST", Pattern: path, Rule: api.Always, Serve: f.post}, // WorkOS has none: the form of the page
	}
}
