package caddymodule

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/origin"
)

// upstreamTimeout is how long the short form waits for the upstream's answer to begin.
const upstreamTimeout = time.Minute

// short is the `workos` directive, which stands for workos_emulator, workos_fixtures where it is asked for, and one
// reverse_proxy for each upstream.
type short struct {
	emulator Emulator

	// The origin of the real REST API. Its block takes `api_key` and every option of `transport http`. Default: none, and what
	// is not emulated is a 501.
	upstream *proxied

	// The origin of the real `/oauth2/*` and `/.well-known/*`. Its block takes the same. Default: the upstream.
	authkit *proxied

	// The folder of fixtures. Its block takes the options of `workos_fixtures` but `instance`. Default: none.
	fixtures   *Fixtures
	fixturesAt caddyfile.Token // the option in the Caddyfile
}

// proxied is an upstream of the short form.
type proxied struct {
	origin    *url.URL
	transport Transport
}

// newProxied returns an upstream. Its error names the option.
func newProxied(name, value string) (*proxied, error) {
	address, err := option.Resolve(name, value)
	if err != nil {
		return nil, err
	}
	parsed, err := origin.Parse(address.Value)
	if err != nil {
		return nil, address.Errorf("%w", err)
	}
	p := &proxied{origin: parsed}
	p.transport.ResponseHeaderTimeout = caddy.Duration(upstreamTimeout)
	return p, nil
}

// secure makes the transport use TLS where the origin says so, if its options have not done so.
func (p *proxied) secure() error {
	if p.origin.Scheme == "https" && !p.transport.TLSEnabled() {
		return p.transport.EnableTLS(new(reverseproxy.TLSConfig))
	}
	return nil
}

// expand returns what the short form stands for: a route with one handler, for a named route has no more. Fixtures and proxies
// have the place of a reverse_proxy among the routes after it, unless all is to be as written.
func (s *short) expand(matcher caddy.ModuleMap, asWritten bool) caddyhttp.Route {
	s.emulator.AnswerUnreachable = s.authkit != nil || s.upstream != nil
	if asWritten && s.upstream != nil { // else the site's other handlers are behind it, too
		s.emulator.Upstream = s.upstreamID()
	}
	chain := route(nil, &s.emulator, "workos_emulator")
	next := s.nextHandlers()
	switch {
	case len(next) == 0:
		return route(matcher, &s.emulator, "workos_emulator")
	case asWritten:
		chain.HandlersRaw = append(chain.HandlersRaw, next...)
	default:
		upstream := Upstream{Routes: caddyhttp.RouteList{{HandlersRaw: next}}}
		chain.HandlersRaw = append(chain.HandlersRaw, caddyconfig.JSONModuleObject(&upstream, "handler", "workos_upstream", nil))
	}
	return route(matcher, caddyhttp.Subroute{Routes: caddyhttp.RouteList{chain}}, "subroute")
}

// nextHandlers are those behind the emulator: fixtures, and a proxy for each upstream.
func (s *short) nextHandlers() (handlers []json.RawMessage) {
	if s.fixtures != nil {
		s.fixtures.Instance = s.emulator.Instance
		handlers = append(handlers, caddyconfig.JSONModuleObject(s.fixtures, "handler", "workos_fixtures", nil))
	}
	if s.authkit != nil {
		oauth := caddy.ModuleMap{"path": caddyconfig.JSON(caddyhttp.MatchPath{"/oauth2/*", "/.well-known/*"}, nil)}
		authkit := caddyhttp.Subroute{Routes: caddyhttp.RouteList{route(oauth, s.authkit.handler(), "reverse_proxy")}}
		handlers = append(handlers, caddyconfig.JSONModuleObject(authkit, "handler", "subroute", nil))
	}
	if s.upstream != nil {
		handlers = append(handlers, caddyconfig.JSONModuleObject(s.upstream.handler(), "handler", "reverse_proxy", nil))
	}
	return handlers
}

// upstreamID tells what is behind the emulator from what is behind that of another short form, by the options that decide it.
func (s *short) upstreamID() string {
	var parts []string
	for _, p := range []struct {
		name string
		*proxied
	}{{"upstream", s.upstream}, {"authkit", s.authkit}} {
		if p.proxied != nil {
			parts = append(parts, fmt.Sprintf("%s %s://%s", p.name, p.origin.Scheme, strings.ToLower(p.origin.Host)))
		}
	}
	if s.fixtures != nil {
		parts = append(parts, "fixtures "+s.fixtures.Dir+" mode "+s.fixtures.Mode)
	}
	return strings.Join(parts, ", ")
}

func route(match caddy.ModuleMap, handler any, name string) caddyhttp.Route {
	r := caddyhttp.Route{HandlersRaw: []json.RawMessage{caddyconfig.JSONModuleObject(handler, "handler", name, nil)}}
	if match != nil {
		r.MatcherSetsRaw = caddyhttp.RawMatcherSets{match}
	}
	return r
}

// handler returns the proxy. The upstream is told nothing of the caller, whom it does not know.
func (p *proxied) handler() *reverseproxy.Handler {
	port := p.origin.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[p.origin.Scheme]
	}
	p.transport.Direct = true
	return &reverseproxy.Handler{
		Upstreams:    reverseproxy.UpstreamPool{{Dial: caddy.JoinNetworkAddress("", p.origin.Hostname(), port)}},
		TransportRaw: caddyconfig.JSONModuleObject(&p.transport, "protocol", "workos", nil),
	}
}
