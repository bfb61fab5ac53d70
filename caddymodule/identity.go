package caddymodule

import (
	"net"
	"net/url"
	"slices"
	"strings"
)

// issueBy says what is configured as the issuer of the emulator's tokens. An empty one is none.
func (u *instanceUse) issueBy(issuers ...string) {
	u.instance.mu.Lock()
	defer u.instance.mu.Unlock()
	for _, issuer := range issuers {
		if issuer != "" {
			u.plan.origins = append(u.plan.origins, originOf(issuer))
		}
	}
}

// isLocal tells whether a token's claim names what the instance emulates: an issuer of the origin that is configured, or a
// client or a user that is in the store, or was. Where no issuer is configured, it is that of each request, which is not known
// here.
func (u *instanceUse) isLocal(claim, value string) bool {
	switch claim {
	case "iss":
		u.instance.mu.Lock()
		defer u.instance.mu.Unlock()
		return slices.Contains(u.plan.origins, originOf(value))
	case "client_id", "azp", "aud":
		return u.isLocalClient(value)
	case "sub":
		tx := u.instance.store.View()
		return tx.UserPresence(value, tx.Moment()).Known || u.isLocalClient(value) // an application has tokens for itself
	}
	return false
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
