package emulator

import (
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/origin"
)

// addresses implements [api.Addresses] by the options PublicURL, BaseURL and Issuer.
type addresses struct {
	publicURL, issuer string                     // empty where it depends on the request
	baseURL           func(*http.Request) string // may be nil
}

// BaseURL returns the URL at which the caller of a request has reached the emulator, to be put before a path.
func (a *addresses) BaseURL(r *http.Request) string {
	switch {
	case a.publicURL != "":
		return a.publicURL
	case a.baseURL != nil:
		return a.baseURL(r)
	}
	return origin.OfRequest(r)
}

// Issuer returns the configured issuer, or else the BaseURL.
func (a *addresses) Issuer(r *http.Request) string {
	if a.issuer != "" {
		return a.issuer
	}
	return a.BaseURL(r)
}
