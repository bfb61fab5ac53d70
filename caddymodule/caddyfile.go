package caddymodule

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
)

// options are the names of the options that a block has given so far.
type options map[string]bool

// repeatable are those that add up.
var repeatable = []string{"emulate", "accept_key", "ignore_query", "ignore_body", "redact"}

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

// toggle reads an option that is on where nothing more is said.
func toggle(d *caddyfile.Dispenser, into *bool) error {
	option := d.Val()
	given := d.RemainingArgs()
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

// unknownOption is the error for what is no option of a block. It may be anything, such as the next line of a key: only
// what looks like the name of an option is shown.
func unknownOption(d *caddyfile.Dispenser, known string) error {
	name := "option"
	if isName(d.Val()) {
		name = fmt.Sprintf("option %q", d.Val())
	}
	return d.Errf("unknown %s: the options are %s", name, known)
}

// isName tells what may be the name of an option, mistyped or not.
func isName(text string) bool {
	odd := func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' }
	return len(text) <= 30 && !strings.ContainsFunc(text, odd) && shown(text) == text
}
