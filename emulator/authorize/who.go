package authorize

import (
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

// isLocal reports whether a request for a page is answered here (DESIGN.md, "Who answers"): its login_hint is a local user's address, or
// the login page is shown. An address that no local user has may be known upstream.
func (f flow) isLocal(r *api.Request) (bool, error) {
	if r.Continues {
		return false, nil
	}
	query, _ := parseParameters(r.RawQuery())
	if credential.IsMarked(query.one(interactionParameter)) || isChoosing(r) {
		return true, nil
	}
	if f.isDevice {
		return f.isLocalDevice(r, query), nil
	}
	q := &request{query: query, loginHint: strings.TrimSpace(query.one("login_hint"))}
	selected := f.readSelector(q) == nil
	var to target
	isKnown := true
	if selected {
		to, isKnown, _ = q.resolve(r.View)
	}
	if !isKnown && q.provider == "" { // a connection of the real WorkOS, whatever the login_hint
		return false, nil
	}
	if q.loginHint != "" && selected {
		if _, ok := to.byEmail(r.View, q.loginHint); ok {
			return true, nil
		}
		return false, nil
	}
	if !isKnown || !f.hasUser(r) {
		return false, nil
	}
	return f.showsPage(r) || f.Login == First, nil
}

// showsPage reports whether the person chooses who signs in.
func (f flow) showsPage(r *api.Request) bool {
	switch f.Login {
	case Page, Password:
		return true
	case First:
		return false
	}
	return r.Upstream.Reaches()
}

// signsIn reports whether somebody is signed in here where neither the upstream nor a recording answers.
func (f flow) signsIn(r *api.Request) bool {
	q, err := f.read(r.View, requestQuery(r))
	if err != nil || q.loginHint != "" || r.Continues || !f.hasUser(r) {
		return false
	}
	_, isKnown, err := q.resolve(r.View)
	return isKnown && err == nil
}

// hasUser reports whether anybody can sign in here.
func (f flow) hasUser(r *api.Request) bool {
	if _, ok := signin.FirstUser(r.View); ok {
		return true
	}
	return f.isSSO && len(store.Connections.All(r.View)) > 0
}

// get answers a request for a page.
func (f flow) get(r *api.Request) (api.Answer, error) {
	if f.isDevice {
		return f.getDevice(r)
	}
	query, _ := parseParameters(r.RawQuery())
	if token := query.one(interactionParameter); token != "" {
		return f.showStep(r, token)
	}
	q, err := f.read(r.View, requestQuery(r))
	if err != nil {
		return f.fail(r, err)
	}
	to, isKnown, err := q.resolve(r.View)
	if err != nil {
		return f.fail(r, err)
	}
	if !isKnown {
		return f.fail(r, q.refuseUnknownOrganization())
	}
	if isChoosing(r) {
		q.loginHint = ""
		return f.showAccounts(r, q, to, "")
	}
	if q.loginHint != "" {
		if a, ok := to.byEmail(r.View, q.loginHint); ok {
			return f.signIn(r, q, to, a)
		}
		if f.Login == Auto || f.Login == First {
			return f.fail(r, q.refuse("access_denied", "No local user has the address of the login_hint."))
		}
	}
	if f.showsPage(r) {
		return f.showAccounts(r, q, to, "")
	}
	a, ok := to.first(r.View)
	if !ok {
		return f.fail(r, q.refuse("access_denied", "There is no local user to sign in."))
	}
	return f.signIn(r, q, to, a)
}

// unanswered answers where the next handler did not.
func (f flow) unanswered(r *api.Request) (api.Answer, error) {
	if r.Continues {
		return f.showProblem(r, &problem{
			status: 502, title: "There is no real WorkOS behind this emulator",
			text: "The login was to go on at the real WorkOS, and nothing behind the emulator has answered.", again: true,
		})
	}
	return f.get(r)
}
