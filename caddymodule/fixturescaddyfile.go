package caddymodule

import (
	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/directive"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
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
	if err := m.unmarshalRest(h.Dispenser); err != nil {
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
	return m.unmarshalRest(d)
}

// unmarshalRest reads what follows the name.
func (m *Fixtures) unmarshalRest(d *caddyfile.Dispenser) error {
	name := d.Token()
	if err := m.unmarshalOptions(d, fixturesOptions, fixturesBlock); err != nil {
		return err
	}
	return m.requireMode(name)
}

// unmarshalOptions reads the folder and the options, which are those of the short form's option as well.
func (m *Fixtures) unmarshalOptions(d *caddyfile.Dispenser, options directive.Options[Fixtures], in *directive.Block) error {
	name, args := d.Val(), d.RemainingArgs()
	last := ""
	if len(args) > 1 {
		last = args[len(args)-1]
	}
	switch {
	case checkMode(option.Option{Name: "mode", Text: last, Value: last}) == nil && last != "":
		return d.Errf("%s: the mode belongs into the block: mode %s", name, last)
	case len(args) != 1:
		return d.Errf("%s: wrong argument count: want one, the folder", name)
	case args[0] == "":
		return d.Errf("%s: the value is empty", name)
	}
	m.Dir = args[0]
	return options.Read(d, m, in)
}

// requireMode wants a mode in the block of the directive or option of a name.
func (m *Fixtures) requireMode(name caddyfile.Token) error {
	if m.Mode != "" {
		return nil
	}
	at := caddyfile.NewDispenser([]caddyfile.Token{name})
	at.Next()
	return at.Errf("mode is required in the block of %s: one of %s", name.Text, option.ModeNames())
}

// fixturesOptions are the options of workos_fixtures.
var fixturesOptions = directive.Options[Fixtures]{
	{Name: "mode", Check: checkMode},
	{Name: "match_header", CheckAll: checkNames(func(o *fixture.Options) *[]string { return &o.MatchHeader })},
	{Name: "ignore_query"},
	{Name: "ignore_body", CheckAll: checkNames(func(o *fixture.Options) *[]string { return &o.IgnoreBody })},
	{Name: "unordered", CheckAll: checkNames(func(o *fixture.Options) *[]string { return &o.Unordered })},
	{Name: "redact"},
	{Name: "redact_email", Bare: true},
	{Name: "keep", CheckAll: checkNames(func(o *fixture.Options) *[]string { return &o.Keep })},
	{Name: "keep_header", CheckAll: checkNames(func(o *fixture.Options) *[]string { return &o.KeepHeader })},
	{Name: "record_errors", Bare: true},
	{Name: "iss", Check: oneOf(issChoices)},
	{Name: "times", Check: oneOf(timesChoices)},
	{Name: "verify", Check: oneOf(verifyChoices)},
	{Name: "instance"},
}

func checkMode(o option.Option) error {
	_, err := option.ParseMode(o)
	return err
}

// checkNames is the check of an option of names or pointers, which has a field among the options of fixtures.
func checkNames(field func(*fixture.Options) *[]string) func([]string) error {
	return func(names []string) error {
		var options fixture.Options
		*field(&options) = names
		return options.CheckNames()
	}
}

var _ caddyfile.Unmarshaler = (*Fixtures)(nil)
