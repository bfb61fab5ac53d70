package authenticate

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/requestbody"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/store"
)

// grant is one way to prove who somebody is (LOGIN.md §2.1).
type grant struct {
	name  string
	alias string // an old name; optional
	// needs are the parameters that are required, beside client_id.
	needs []string
	serve func(*Handler, *api.Request, request) (api.Answer, error)
}

const (
	codeGrant     = "authorization_code"
	refreshGrant  = "refresh_token"
	passwordGrant = "password"
	ownGrants     = "urn:workos:oauth:grant-type:"
	magicGrant    = ownGrants + "magic-auth:code"
	emailGrant    = ownGrants + "email-verification:code"
	totpGrant     = ownGrants + "mfa-totp"
	chooseGrant   = ownGrants + "organization-selection"
	deviceGrant   = "urn:ietf:params:oauth:grant-type:device_code"
)

// grants are all grants.
var grants = []grant{
	{name: codeGrant, needs: []string{"code"}, serve: (*Handler).byCode},
	{name: passwordGrant, needs: []string{"client_secret", "email", "password"}, serve: (*Handler).byPassword},
	{name: refreshGrant, needs: []string{"refresh_token"}, serve: (*Handler).byRefreshToken},
	{name: magicGrant, alias: ownGrants + "magic-auth", needs: []string{"client_secret", "code", "email"}, serve: (*Handler).byMagicAuth},
	{name: emailGrant, alias: ownGrants + "email-verification", needs: []string{"client_secret", "code", pendingToken}, serve: (*Handler).verifyEmail},
	{name: totpGrant, needs: []string{"client_secret", "code", pendingToken, "authentication_challenge_id"}, serve: (*Handler).verifyFactor},
	{name: chooseGrant, needs: []string{"client_secret", pendingToken, "organization_id"}, serve: (*Handler).selectOrganization},
	{name: deviceGrant, needs: []string{"device_code"}, serve: (*Handler).byDeviceCode},
}

const pendingToken = "pending_authentication_token"

// tokenParameters have tokens of logins. Those of this program bear its mark, and are never passed on.
var tokenParameters = []string{"code", "refresh_token", pendingToken, "device_code", "invitation_token"}

// read are the parameters that are read. Others are ignored, as they have no meaning here.
var read = []string{
	"grant_type", "client_id", "client_secret", "code", "code_verifier", "email", "password", "refresh_token", "organization_id", pendingToken,
	"authentication_challenge_id", "device_code", "invitation_token", "ip_address", "user_agent",
}

// request is what was sent to an endpoint of this package.
type request struct {
	api.Parameters
	// unclear is why it cannot be found out whose request it is: the body cannot be read, or a parameter is repeated.
	unclear error
}

// readRequest reads the parameters, once for each request.
func (h *Handler) readRequest(r *api.Request) request {
	if known, ok := r.Parsed.(request); ok {
		return known
	}
	var p request
	p.Parameters, p.unclear = r.Parameters()
	if errors.Is(p.unclear, requestbody.ErrMalformed) && !errors.Is(p.unclear, requestbody.ErrEndedEarly) {
		p.unclear = api.InvalidRequest(p.unclear.Error())
	}
	for _, name := range read {
		p.unclear = cmp.Or(p.unclear, p.Wrong[name])
	}
	id := p.One("client_id")
	if _, ok := r.View.ApplicationByClientID(id); ok || slices.Contains(h.Sessions.Clients.IDs, id) {
		r.ClientID = id // any other may be a secret in the wrong place
	}
	r.Parsed = p
	return p
}

// isLocal reports whether a request to authenticate is answered here: a token of it bears the mark of this program, or its address is that
// of a local user.
func (h *Handler) isLocal(r *api.Request) (bool, error) {
	p := h.readRequest(r)
	for _, name := range tokenParameters {
		if slices.ContainsFunc(p.Values[name], credential.IsMarked) {
			return true, nil
		}
	}
	for _, email := range p.Values["email"] {
		if _, ok := r.View.UserByEmail(email); ok {
			return true, nil
		}
	}
	return false, p.unclear
}

// authenticate answers POST /user_management/authenticate. It answers requests that are not local too, where there is no next handler: then their
// tokens and addresses are unknown.
func (h *Handler) authenticate(r *api.Request) (api.Answer, error) {
	p := h.readRequest(r)
	if p.unclear != nil {
		return api.Answer{}, p.unclear
	}
	g, err := h.grantOf(p.One("grant_type"))
	if err != nil {
		return api.Answer{}, err
	}
	for _, name := range append([]string{"client_id"}, g.needs...) {
		if p.One(name) == "" {
			return api.Answer{}, api.InvalidRequest("Missing required parameter: " + name)
		}
	}
	if err := h.checkClient(r, p); err != nil {
		return api.Answer{}, err
	}
	return g.serve(h, r, p)
}

func (h *Handler) grantOf(name string) (grant, error) {
	i := slices.IndexFunc(grants, func(g grant) bool { return name == g.name || name == g.alias && name != "" })
	switch {
	case i >= 0:
		return grants[i], nil
	case name == "":
		return grant{}, api.InvalidRequest("Missing required parameter: grant_type")
	case strings.HasPrefix(name, ownGrants+"radar-"):
		return grant{}, api.InvalidRequest("The grant types of Radar challenges are not emulated.")
	case !h.Keys.MayShow(name):
		return grant{}, api.InvalidRequest("The grant_type is not supported.")
	}
	return grant{}, api.InvalidRequest(fmt.Sprintf("The grant_type %s is not supported.", api.Quoted(name)))
}

// checkClient returns the error for a client ID that is unknown, and for a `client_secret` that is not an API key of the environment. Where
// a grant does not require a secret, one that is given must be right all the same.
func (h *Handler) checkClient(r *api.Request, p request) error {
	if !h.Sessions.Clients.Known(r.View, p.One("client_id")) {
		return invalidClient("Invalid client ID.")
	}
	secret := p.One("client_secret")
	if secret == "" {
		return nil
	}
	holder, key := h.Keys.Holder(r.View, secret, r.Now)
	switch holder.Access {
	case guard.AccessLocal, guard.AccessFull:
		key.Used(r.Now)
		return nil
	case guard.AccessRefused:
		return invalidClient("Invalid client secret: the API key has expired or was deleted.")
	}
	return invalidClient("Invalid client secret: it must be an API key of the environment.")
}

// attempt returns a login with what a request says of it.
func (p request) attempt(user store.User, method string) store.Attempt {
	return store.Attempt{
		UserID: user.ID, ClientID: p.One("client_id"), Method: method,
		IPAddress: p.shortened("ip_address"), UserAgent: p.shortened("user_agent"),
	}
}

// shortened returns what is kept of a parameter that describes the caller's client.
func (p request) shortened(name string) string { return session.Shortened(p.One(name)) }
