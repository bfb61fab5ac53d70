package authorize

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/urlpath"
)

// continuation begins the query of a request that goes on to the real WorkOS: what follows it is the query as it came first.
const continuation = "_emulate=upstream"

// Continued returns the request that a person has sent on with "Continue with the real WorkOS", as it came first, and whether r is such a
// one. Any other request it returns as it is. So fixtures and the upstream see the original.
func Continued(r *http.Request) (*http.Request, bool) {
	rest, found := strings.CutPrefix(r.URL.RawQuery, continuation)
	if !found || rest != "" && rest[0] != '&' || !slices.Contains([]string{authorizePath, ssoAuthorizePath, devicePath}, urlpath.MergeSlashes(r.URL.Path)) {
		return r, false
	}
	original := r.WithContext(r.Context())
	original.URL = new(url.URL)
	*original.URL = *r.URL
	original.URL.RawQuery = strings.TrimPrefix(rest, "&")
	original.RequestURI, _, _ = strings.Cut(r.RequestURI, "?")
	if original.URL.RawQuery != "" {
		original.RequestURI += "?" + original.URL.RawQuery
	}
	return original, true
}

// choosing begins the query of a page on which an account is chosen whatever the request's login_hint says. What follows it is the query
// of the request.
const choosing = "_emulate=accounts"

// requestQuery returns the query of the authorization request that a page is for, as it came.
func requestQuery(r *api.Request) string {
	if rest, ok := strings.CutPrefix(r.RawQuery(), choosing+"&"); ok {
		return rest
	}
	return r.RawQuery()
}

// isChoosing reports whether the person wants to choose an account.
func isChoosing(r *api.Request) bool { return strings.HasPrefix(r.RawQuery(), choosing+"&") }

// onward returns the address, relative to the page, at which a request goes on to the real WorkOS.
func onward(query string) string {
	if query == "" {
		return "?" + continuation
	}
	return "?" + continuation + "&" + strings.ReplaceAll(query, "#", "%23")
}
