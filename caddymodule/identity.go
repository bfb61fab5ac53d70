package caddymodule

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/loopback"
	"github.com/caddy-workos/caddy-workos/store"
)

// issueBy says what is configured as the issuer of the emulator's tokens, the one that counts first. An empty one is none.
func (u *instanceUse) issueBy(issuers ...string) {
	u.instance.mu.Lock()
	defer u.instance.mu.Unlock()
	for _, issuer := range issuers {
		if issuer != "" {
			u.plan.issuers = append(u.plan.issuers, issuer)
		}
	}
}

// issuer returns the issuer of the emulator's tokens, as a request has it.
func (u *instanceUse) issuer(r *http.Request) string {
	u.instance.mu.Lock()
	defer u.instance.mu.Unlock()
	if len(u.plan.issuers) > 0 {
		return u.plan.issuers[0]
	}
	return baseURL(r)
}

// isLocal tells whether a token's claim names what the instance emulates: an issuer of the origin that is configured, or of
// the request's own, or a client or a user that is in the store, or was.
func (u *instanceUse) isLocal(r *http.Request, claim, value string) bool {
	switch claim {
	case "iss":
		u.instance.mu.Lock()
		issuers := append(slices.Clone(u.plan.issuers), baseURL(r))
		u.instance.mu.Unlock()
		origin := originOf(value)
		return isOwnPort(r, value) || slices.ContainsFunc(issuers, func(issuer string) bool { return originOf(issuer) == origin })
	case "client_id", "azp", "aud":
		return u.isLocalClient(value)
	case "sub":
		tx := u.instance.store.View()
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

// isReplayed tells whether a token is one of a fixture, made by the key that signs now, and has not expired.
func (u *instanceUse) isReplayed(token string) bool {
	key, err := u.signer()
	if err != nil {
		return false
	}
	var claims struct{ Exp int64 }
	return key.Replayed().Verify(token, &claims) == nil && (claims.Exp == 0 || time.Now().Unix() < claims.Exp)
}

func (u *instanceUse) isLocalClient(clientID string) bool {
	tx := u.instance.store.View()
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
