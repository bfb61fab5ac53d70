package caddymodule

import (
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/caddy-workos/caddy-workos/emulator/duration"
)

// options are the names of the options that a block has given so far.
type options map[string]bool

// repeatable are those that add up.
var repeatable = []string{
	"emulate", "accept_key", "match_header", "ignore_query", "ignore_body", "unordered", "redact", "keep", "keep_header",
}

// note refuses an option that is given twice.
func (o options) note(d *caddyfile.Dispenser) error {
	name := d.Val()
	if o[name] && !slices.Contains(repeatable, name) {
		return d.Errf("%s is given more than once", name)
	}
	o[name] = true
	return nil
}

// argument reads the one argument of an option.
func argument(d *caddyfile.Dispenser, into *string) error {
	option := d.Val()
	if !d.AllArgs(into) {
		return d.Errf("%s: wrong argument count: want one", option)
	}
	if *into == "" {
		return d.Errf("%s: the value is empty", option)
	}
	return nil
}

// toggle reads an option that is on where nothing more is said. A placeholder is replaced at once: the configuration has no
// place for one.
func toggle(d *caddyfile.Dispenser, into *bool) error {
	option := d.Val()
	given := d.RemainingArgs()
	if len(given) == 1 {
		if err := expand(option, given[0], &given[0]); err != nil {
			return d.WrapErr(err)
		}
	}
	switch {
	case len(given) == 0, len(given) == 1 && given[0] == "on":
		*into = true
	case len(given) == 1 && given[0] == "off":
		*into = false
	default:
		return d.Errf("%s: want on or off", option)
	}
	return nil
}

// noArgument reads an option that has no argument.
func noArgument(d *caddyfile.Dispenser, into *bool) error {
	option := d.Val()
	if *into = true; d.NextArg() {
		return d.Errf("%s: wrong argument count: want none", option)
	}
	return nil
}

// arguments reads one or more arguments of an option.
func arguments(d *caddyfile.Dispenser, into *[]string) error {
	option, given := d.Val(), d.RemainingArgs()
	if len(given) == 0 {
		return d.Errf("%s: wrong argument count: want one or more", option)
	}
	*into = append(*into, given...)
	return nil
}

// isName tells what may be the name of an option, mistyped or not.
func isName(text string) bool {
	odd := func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' }
	return len(text) <= 30 && !strings.ContainsFunc(text, odd) && shown(text) == text
}

// durationArgument reads an option that is a number of seconds, or a duration such as 1h or 1d. A placeholder is replaced at
// once: the configuration has no place for one.
func durationArgument(d *caddyfile.Dispenser, into *caddy.Duration) error {
	option, text := d.Val(), ""
	if err := argument(d, &text); err != nil {
		return err
	}
	o, err := resolve(option, text)
	if err != nil {
		return d.WrapErr(err)
	}
	parsed, err := duration.Parse(o.value)
	if err != nil || parsed <= 0 {
		return d.Errf("%s: want a duration such as 3600, 1h or 1d, got %s", option, quoted(text))
	}
	*into = caddy.Duration(parsed)
	return nil
}

// checked finds out at once whether the value of an option will do, unless it has placeholders, which are replaced when the
// configuration is loaded: the error names its line.
func checked(d *caddyfile.Dispenser, name, text string, check func(option) error) error {
	if strings.Contains(text, "{") {
		return nil
	}
	if err := check(option{name: name, text: text, value: text}); err != nil {
		return d.WrapErr(err)
	}
	return nil
}
