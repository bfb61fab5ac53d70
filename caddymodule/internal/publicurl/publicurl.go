// Package publicurl finds out by which URL a caller has reached a site of Caddy's.
package publicurl

import (
	"net/http"
	"strings"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/caddy-workos/caddy-workos/emulator/origin"
)

// Of is the URL by which the caller of a request has reached the emulator, where no public_url says so: by the headers of the
// proxies before Caddy, if they are among the server's trusted_proxies, and with the prefix that the site has taken off the
// path.
func Of(r *http.Request) string {
	url := origin.OfRequest(r)
	if trusted, _ := caddyhttp.GetVar(r.Context(), caddyhttp.TrustedProxyVarKey).(bool); trusted {
		url = origin.Forwarded(r)
	}
	return url + strippedPrefix(r)
}

// strippedPrefix is what `handle_path` and others have taken off the path. It is empty where the path was rewritten in another
// way.
func strippedPrefix(r *http.Request) string {
	original, ok := r.Context().Value(caddyhttp.OriginalRequestCtxKey).(http.Request)
	if !ok || original.URL == nil {
		return ""
	}
	prefix, ok := strings.CutSuffix(original.URL.EscapedPath(), r.URL.EscapedPath())
	if prefix = strings.Trim(prefix, "/"); !ok || prefix == "" {
		return ""
	}
	return "/" + prefix
}
