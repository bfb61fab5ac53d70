package caddymodule

import (
	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
)

// parseFixtures reads the directive. Its first argument is a matcher only if another one follows it: an absolute path
// looks like one.
func parseFixtures(h httpcaddyfile.Helper) ([]httpcaddyfile.ConfigValue, error) {
	h.Next() // the directive's name
	var matcher caddy.ModuleMap
	if h.CountRemainingArgs() > 1 {
		var err error
		if matcher, err = h.ExtractMatcherSet(); err != nil {
			return nil, err
		}
		h.Next() // the directive's name again: reading the matcher began anew
	}
	m := new(Fixtures)
	if err := m.unmarshalRest(h.Dispenser, fixturesBlock); err != nil {
		return nil, err
	}
	return h.NewRoute(matcher, m), nil
}

// UnmarshalCaddyfile sets up the handler from Caddyfile tokens. Syntax:
//
//	workos_fixtures [<matcher>] <dir> {
//		mode         replay|record|once|fallback|verify|live
//		ignore_query <name...>
//		ignore_body  <name...>
//		redact       <name...>
//		redact_email
//		verify       shape|values
//		instance     <name>
//	}
//
// ignore_query, ignore_body and redact may be repeated.
func (m *Fixtures) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next() // the directive's name
	return m.unmarshalRest(d, fixturesBlock)
}

// unmarshalRest reads what follows the name, which is also that of the short form's option.
func (m *Fixtures) unmarshalRest(d *caddyfile.Dispenser, in *block) error {
	if err := argument(d, &m.Dir); err != nil {
		return err
	}
	given := options{}
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		if err := given.note(d); err != nil {
			return err
		}
		if err := m.unmarshalOption(d, in); err != nil {
			return err
		}
	}
	if m.Mode == "" {
		return d.Errf("mode is required: one of replay, record, once, fallback, verify and live")
	}
	return nil
}

func (m *Fixtures) unmarshalOption(d *caddyfile.Dispenser, in *block) error {
	if in == shortFixturesBlock && d.Val() == "instance" {
		return d.Errf("instance is that of workos, and belongs into its block")
	}
	switch d.Val() {
	case "mode":
		if err := argument(d, &m.Mode); err != nil {
			return err
		}
		return checked(d, "mode", m.Mode, func(o option) error {
			_, err := parseMode(o)
			return err
		})
	case "ignore_query":
		return arguments(d, &m.IgnoreQuery)
	case "ignore_body":
		return arguments(d, &m.IgnoreBody)
	case "redact":
		return arguments(d, &m.Redact)
	case "redact_email":
		return noArgument(d, &m.RedactEmail)
	case "verify":
		if err := argument(d, &m.Verify); err != nil {
			return err
		}
		return checked(d, "verify", m.Verify, checkVerify)
	case "instance":
		return argument(d, &m.Instance)
	}
	return in.unknown(d)
}

var _ caddyfile.Unmarshaler = (*Fixtures)(nil)
