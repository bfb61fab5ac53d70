package instance

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/publicurl"
	"github.com/caddy-workos/caddy-workos/emulator/loopback"
	"github.com/caddy-workos/caddy-workos/store"
)

// IssueBy notes what is configured as the issuer of the emulator's tokens. The first one that is not empty is the issuer.
func (u *Use) IssueBy(issuers ...string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, issuer := range issuers {
		if issuer != "" {
			u.plan.issuers = append(u.plan.issuers, issuer)
		}
	}
}

// Issuer returns the issuer of the emulator's tokens, as a request has it.
func (u *Use) Issuer(r *http.Request) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.plan.issuers) > 0 {
		return u.plan.issuers[0]
	}
	return publicurl.Of(r)
}

// IsLocal tells whether a token's claim names what the instance emulates: an issuer of the origin that is configured, or of
// the request's own, or a client or a user that is in the store, or was.
func (u *Use) IsLocal(r *http.Request, claim, value string) bool {
	switch claim {
	case "iss":
		u.mu.Lock()
		issuers := append(slices.Clone(u.plan.issuers), publicurl.Of(r))
		u.mu.Unlock()
		origin := originOf(value)
		return isOwnPort(r, value) || slices.ContainsFunc(issuers, func(issuer string) bool { return originOf(issuer) == origin })
	case "client_id", "azp", "aud":
		return u.isLocalClient(value)
	case "sub":
		tx := u.Store.View()
		return store.Users.Presence(tx, value, tx.Moment()).Known || u.isLocalClient(value) // an application has tokens for itself
	}
	return false
}

// isOwnPort tells whether an issuer is the server that a request came to, by any name of this machine: the request may have come
// by another one, and others ask for tokens by this one.
func isOwnPort(r *http.Request, issuer string) bool {
	address, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	parsed, err := url.Parse(issuer)
	if address == nil || err != nil || !loopback.Is(parsed.Hostname()) {
		return false
	}
	_, port, err := net.SplitHostPort(address.String())
	named := parsed.Port()
	if named == "" {
		named = map[string]string{"http": "80", "https": "443"}[parsed.Scheme]
	}
	return err == nil && named == port
}

func (u *Use) isLocalClient(clientID string) bool {
	tx := u.Store.View()
	_, ok := tx.ApplicationByClientID(clientID)
	return ok || tx.ClientRetired(clientID)
}

// originOf is the host of an issuer, and its port where it is not the usual one: the path tells users' tokens from those of
// applications. An issuer that is no URL is its own.
func originOf(issuer string) string {
	parsed, err := url.Parse(issuer)
	if err != nil || parsed.Host == "" {
		return strings.TrimRight(issuer, "/")
	}
	host := strings.TrimSuffix(strings.ToLower(parsed.Hostname()), ".")
	if port := parsed.Port(); port != "" && port != "443" && port != "80" {
		return net.JoinHostPort(host, port)
	}
	return host
}
