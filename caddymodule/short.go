package caddymodule

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/origin"
	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"
)

// upstreamPatience is how long the short form waits for the upstream's answer to begin.
const upstreamPatience = time.Minute

// short is the `workos` directive, which stands for workos_emulator, workos_fixtures where it is asked for, and one
// reverse_proxy for each upstream.
type short struct {
	emulator          Emulator
	fixtures          *Fixtures
	upstream, authkit *proxied

	seedPassesKeysOn bool // a key of the seed stands for the real one; known to the command alone
}

// proxied is an upstream of the short form.
type proxied struct {
	origin    *url.URL
	address   option // as it is shown
	transport Transport
}

// parseShort reads the short form. Syntax:
//
//	workos [<matcher>] {
//		<any option of workos_emulator>
//		upstream <origin> {
//			api_key <key>
//			<any option of transport http>
//		}
//		authkit <origin> {
//			<any option of transport http>
//		}
//		fixtures <dir> {
//			<any option of workos_fixtures but instance>
//		}
//	}
//
// `authkit` is the upstream of /oauth2/* and /.well-known/*.
func parseShort(h httpcaddyfile.Helper) ([]httpcaddyfile.ConfigValue, error) {
	if !h.Next() {
		return nil, h.ArgErr()
	}
	matcher, err := h.ExtractMatcherSet()
	if err != nil {
		return nil, err
	}
	s := short{}
	h.Next() // the directive's name
	asWritten := inRoute(h)
	if h.NextArg() {
		return nil, h.Err("workos: wrong argument count: want none but a matcher")
	}
	given := options{}
	for nesting := h.Nesting(); h.NextBlock(nesting); {
		if err := given.note(h.Dispenser); err != nil {
			return nil, err
		}
		if err := s.unmarshalOption(h.Dispenser); err != nil {
			return nil, err
		}
	}
	s.emulator.noteModified()
	return []httpcaddyfile.ConfigValue{{Class: "route", Value: s.expand(matcher, asWritten)}}, nil
}

func (s *short) unmarshalOption(d *caddyfile.Dispenser) (err error) {
	switch d.Val() {
	case "upstream":
		s.upstream, err = parseProxied(d)
	case "authkit":
		s.authkit, err = parseProxied(d)
	case "fixtures":
		s.fixtures = new(Fixtures)
		err = s.fixtures.unmarshalRest(d, shortFixturesBlock)
	default:
		known, err := s.emulator.unmarshalOption(d)
		if err == nil && !known {
			err = shortBlock.unknown(d)
		}
		return err
	}
	return err
}

func parseProxied(d *caddyfile.Dispenser) (*proxied, error) {
	option := d.Token()
	if !d.NextArg() {
		return nil, d.Errf("%s: wrong argument count: want one", option.Text)
	}
	p, err := newProxied(option.Text, d.Val())
	if err != nil {
		return nil, d.WrapErr(err)
	}
	if d.NextArg() {
		return nil, d.Errf("%s: wrong argument count: want one", option.Text)
	}
	var others []caddyfile.Token
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		if d.Val() == "api_key" {
			if err := argument(d, &p.transport.APIKey); err != nil {
				return nil, err
			}
			continue
		}
		if err := (&block{name: option.Text, own: upstreamBlock.own, http: true}).check(d); err != nil {
			return nil, err
		}
		others = append(others, d.NextSegment()...)
	}
	if err := p.transport.unmarshalHTTP(option, others); err != nil {
		return nil, err
	}
	if err := p.secure(); err != nil {
		return nil, d.WrapErr(err)
	}
	return p, nil
}

// newProxied returns an upstream. Its error names the option.
func newProxied(option, value string) (*proxied, error) {
	address, err := resolve(option, value)
	if err != nil {
		return nil, err
	}
	origin, err := origin.Parse(address.value)
	if err != nil {
		return nil, address.errorf("%w", err)
	}
	p := &proxied{origin: origin, address: address}
	p.transport.ResponseHeaderTimeout = caddy.Duration(upstreamPatience)
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
		s.emulator.Upstream = s.next()
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

// next tells what the emulator asks from what another short form's does, by the options that decide it.
func (s *short) next() string {
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

// handler returns the proxy. The upstream is not told who asked: it would not know the caller.
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
