package caddymodule

import (
	"slices"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/directive"
)

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
		return nil, h.Err("workos: wrong argument count: want none but a matcher, and the options in a block")
	}
	if err := shortOptions.Read(h.Dispenser, &s, shortBlock); err != nil {
		return nil, err
	}
	if s.fixtures != nil { // not before the whole block is read, where the mode may stand beside the fixtures
		if err := s.fixtures.requireMode(s.fixturesAt); err != nil {
			return nil, err
		}
	}
	s.emulator.noteModified()
	return []httpcaddyfile.ConfigValue{{Class: "route", Value: s.expand(matcher, asWritten)}}, nil
}

// shortOptions are the options of workos.
var shortOptions = append(ownOptions, directive.Within(emulatorOptions, func(s *short) *Emulator { return &s.emulator })...)

// ownOptions are the options of workos, beside those of workos_emulator.
var ownOptions = directive.Options[short]{
	{Name: "upstream", Read: func(d *caddyfile.Dispenser, s *short) (err error) {
		s.upstream, err = parseProxied(d, upstreamBlock)
		return err
	}},
	{Name: "authkit", Read: func(d *caddyfile.Dispenser, s *short) (err error) {
		s.authkit, err = parseProxied(d, authkitBlock)
		return err
	}},
	{Name: "fixtures", Read: func(d *caddyfile.Dispenser, s *short) error {
		s.fixtures, s.fixturesAt = new(Fixtures), d.Token()
		return s.fixtures.unmarshalOptions(d, shortFixturesOptions, shortFixturesBlock)
	}},
}

// shortFixturesOptions are the options of fixtures, without an instance of its own.
var shortFixturesOptions = append(slices.DeleteFunc(slices.Clone(fixturesOptions), isInstance), directive.Option[Fixtures]{
	Name: "instance",
	Read: func(d *caddyfile.Dispenser, _ *Fixtures) error {
		return d.Errf("instance is that of workos, and belongs into its block")
	},
})

func isInstance(o directive.Option[Fixtures]) bool { return o.Name == "instance" }

// proxiedOptions are the options of an upstream, beside those of transport http.
var proxiedOptions = directive.Options[Transport]{{Name: "api_key", Check: checkRealKey}}

func parseProxied(d *caddyfile.Dispenser, in *directive.Block) (*proxied, error) {
	name := d.Token()
	if !d.NextArg() {
		return nil, d.Errf("%s: wrong argument count: want one", name.Text)
	}
	p, err := newProxied(name.Text, d.Val())
	if err != nil {
		return nil, d.WrapErr(err)
	}
	if d.NextArg() {
		return nil, d.Errf("%s: wrong argument count: want one", name.Text)
	}
	others, err := proxiedOptions.ReadMixed(d, &p.transport, in)
	if err != nil {
		return nil, err
	}
	if err := p.transport.unmarshalHTTP(name, others, in); err != nil {
		return nil, err
	}
	if err := p.secure(); err != nil {
		return nil, d.WrapErr(err)
	}
	return p, nil
}
