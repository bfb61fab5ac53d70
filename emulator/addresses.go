package emulator

import (
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/origin"
)

// addresses are where callers reach the emulator, and what its tokens name as their issuer.
type addresses struct {
	publicURL, issuer string                     // empty where the request says it
	baseURL           func(*http.Request) string // may be nil
}

// BaseURL is where the caller of a request has reached the emulator, to be put before a path.
func (a *addresses) BaseURL(r *http.Request) string {
	switch {
	case a.publicURL != "":
		return a.publicURL
	case a.baseURL != nil:
		return a.baseURL(r)
	}
	return origin.OfRequest(r)
}

// Issuer is the configured issuer, or where the caller has reached the emulator.
func (a *addresses) Issuer(r *http.Request) string {
	if a.issuer != "" {
		return a.issuer
	}
	return a.BaseURL(r)
}
