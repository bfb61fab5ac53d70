package caddymodule

import (
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"

	"github.com/caddy-workos/caddy-workos/emulator/fixture"
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
//		match_header <name...>
//		ignore_query <name...>
//		ignore_body  <name|pointer...>
//		unordered    <pointer...>
//		redact       <name...>
//		redact_email
//		keep         <name|pointer...>
//		keep_header  <name...>
//		record_errors
//		iss          recorded|here
//		times        living|recorded
//		verify       shape|values
//		instance     <name>
//	}
//
// Options that take several names may be repeated.
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
	case "match_header":
		return names(d, &m.MatchHeader, func(o *fixture.Options, names []string) { o.MatchHeader = names })
	case "ignore_query":
		return arguments(d, &m.IgnoreQuery)
	case "ignore_body":
		return names(d, &m.IgnoreBody, func(o *fixture.Options, names []string) { o.IgnoreBody = names })
	case "unordered":
		return names(d, &m.Unordered, func(o *fixture.Options, names []string) { o.Unordered = names })
	case "redact":
		return arguments(d, &m.Redact)
	case "redact_email":
		return noArgument(d, &m.RedactEmail)
	case "keep":
		return names(d, &m.Keep, func(o *fixture.Options, names []string) { o.Keep = names })
	case "keep_header":
		return names(d, &m.KeepHeader, func(o *fixture.Options, names []string) { o.KeepHeader = names })
	case "record_errors":
		return noArgument(d, &m.RecordErrors)
	case "iss":
		return choice(d, &m.Iss, issChoices)
	case "times":
		return choice(d, &m.Times, timesChoices)
	case "verify":
		return choice(d, &m.Verify, verifyChoices)
	case "instance":
		return argument(d, &m.Instance)
	}
	return in.unknown(d)
}

// names reads an option of names or pointers, which set puts into the options of fixtures to be checked.
func names(d *caddyfile.Dispenser, into *[]string, set func(o *fixture.Options, names []string)) error {
	before := len(*into)
	if err := arguments(d, into); err != nil {
		return err
	}
	var written []string // placeholders are checked when they are resolved
	for _, name := range (*into)[before:] {
		if !strings.Contains(name, "{") {
			written = append(written, name)
		}
	}
	var options fixture.Options
	set(&options, written)
	if err := options.CheckNames(); err != nil {
		return d.WrapErr(err)
	}
	return nil
}

// choice reads an option that is one of two words.
func choice(d *caddyfile.Dispenser, into *string, between [2]string) error {
	name := d.Val()
	if err := argument(d, into); err != nil {
		return err
	}
	return checked(d, name, *into, func(o option) error { return o.oneOf(between) })
}

var _ caddyfile.Unmarshaler = (*Fixtures)(nil)
