package caddymodule

import (
	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/caddy-workos/caddy-workos/caddymodule/command"
	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
)

func init() { command.Register(routeOf) }

// routeOf returns the route of what the flags of `caddy workos` ask for.
func routeOf(site serving.Site) (caddyhttp.Route, error) {
	s := short{emulator: Emulator{
		Seed: site.Seed, PublicURL: site.PublicURL, Issuer: site.Issuer, Audience: site.Audience, SigningKey: site.SigningKey,
		TestAPI: site.TestAPI, AcceptKey: site.AcceptKeys,
		Login: site.Login, ClientID: site.ClientIDs, RedirectURI: site.RedirectURIs, SignOutRedirect: site.SignOutRedirects,
		CORSOrigin: site.CORSOrigins, UserTokenTTL: caddy.Duration(site.UserTokenTTL),
		UserTokenAudience: site.UserTokenAudience, SessionTTL: caddy.Duration(site.SessionTTL),
	}}
	if site.CreateLocal {
		s.emulator.Create = "local"
	}
	for _, origin := range []struct {
		flag, value, key string
		into             **proxied
	}{{"--upstream", site.Upstream, site.UpstreamKey, &s.upstream}, {"--authkit", site.AuthKit, "", &s.authkit}} {
		if origin.value == "" {
			continue
		}
		p, err := newProxied(origin.flag, origin.value)
		if err != nil {
			return caddyhttp.Route{}, err
		}
		p.transport.APIKey = origin.key
		if err := p.secure(); err != nil {
			return caddyhttp.Route{}, err
		}
		*origin.into = p
	}
	if site.Fixtures != "" {
		s.fixtures = &Fixtures{Dir: site.Fixtures, Mode: site.Mode}
	}
	return s.expand(nil, true), nil
}
