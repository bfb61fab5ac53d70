package directive

import (
	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/duration"
)

// Argument reads the one argument of an option, whose name the dispenser is at.
func Argument(d *caddyfile.Dispenser, into *string) error {
	name := d.Val()
	switch args := d.RemainingArgs(); len(args) {
	case 0:
		return d.Errf("%s: wrong argument count: want one, and there is none, as where a {$NAME} is not set", name)
	case 1:
		*into = args[0]
	default:
		return d.Errf("%s: wrong argument count: want one", name)
	}
	if *into == "" {
		return d.Errf("%s: the value is empty", name)
	}
	return nil
}

// toggle reads an option that is on where nothing more is said. A placeholder is replaced at once: the configuration has no
// place for one.
func toggle(d *caddyfile.Dispenser, into *bool) error {
	name, given, got := d.Val(), d.RemainingArgs(), "several values"
	if len(given) == 1 {
		got = option.Quoted(given[0])
		if err := option.Expand(name, given[0], &given[0]); err != nil {
			return d.WrapErr(err)
		}
	}
	switch {
	case len(given) == 0, len(given) == 1 && given[0] == "on":
		*into = true
	case len(given) == 1 && given[0] == "off":
		*into = false
	default:
		return d.Errf("%s: want on or off, got %s", name, got)
	}
	return nil
}

// bare reads an option that has no argument.
func bare(d *caddyfile.Dispenser, into *bool) error {
	name := d.Val()
	if *into = true; d.NextArg() {
		return d.Errf("%s: wrong argument count: want none", name)
	}
	return nil
}

// readDuration reads an option that is a number of seconds, or a duration such as 1h or 1d. A placeholder is replaced at once:
// the configuration has no place for one.
func readDuration(d *caddyfile.Dispenser, into *caddy.Duration) error {
	name, text := d.Val(), ""
	if err := Argument(d, &text); err != nil {
		return err
	}
	o, err := option.Resolve(name, text)
	if err != nil {
		return d.WrapErr(err)
	}
	parsed, err := duration.Parse(o.Value)
	if err != nil || parsed <= 0 {
		return d.Errf("%s: want a duration such as 3600, 1h or 1d, got %s", name, option.Quoted(text))
	}
	*into = caddy.Duration(parsed)
	return nil
}
