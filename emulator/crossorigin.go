package emulator

import (
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/cors"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// browserRoutes are the endpoints that pages call by script. They are those of authkit-js, which navigates to all others.
var browserRoutes = map[string]bool{
	"POST /user_management/authenticate": true,
	"POST /x/authkit/users/authenticate": true,
}

// pageOf returns what the page that has sent a request is allowed, if the request, or the one that it is a preflight for, is for such
// an endpoint and the page's origin is allowed.
func (e *Emulator) pageOf(r *http.Request) (cors.Grant, bool) {
	if r.Header.Get("Origin") == "" {
		return cors.Grant{}, false
	}
	asked := *r
	if method := cors.PreflightMethod(r); method != "" {
		asked.Method = method
	}
	route, _ := e.router.Find(&asked)
	if route == nil || !route.Enabled() || !browserRoutes[route.String()] {
		return cors.Grant{}, false
	}
	return e.pages.Of(r, e.store.View().CORSOrigins())
}

// preflight answers a page that asks whether it may send a request, and reports whether r is such a question.
func (e *Emulator) preflight(w http.ResponseWriter, r *http.Request, page cors.Grant) bool {
	method := cors.PreflightMethod(r)
	if method == "" {
		return false
	}
	a := api.Answer{Status: http.StatusNoContent, Header: http.Header{}}
	page.AddPreflight(a.Header, r, method)
	api.Write(w, r, a, e.random)
	e.observer.Answered(r, Outcome{Route: OtherRoute, Source: source.Emulator, Status: a.Status})
	return true
}
