// Package directive reads the options in the blocks of this plugin's directives, and says of what is no option there which
// one was meant, or which block it belongs into.
package directive

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
)

// Option is an option of a directive that configures a T: the field of T which has the same name in JSON. The field's type says
// what arguments it has: a string one, strings one or more and over several lines, a duration one, and a switch on, off or none.
type Option[T any] struct {
	Name string

	// Check finds out at once whether a value will do, unless it has placeholders, which are replaced when the configuration is
	// loaded: so the error names the line.
	Check func(option.Option) error

	// CheckAll is Check for the values of an option with several, without those that have placeholders.
	CheckAll func(values []string) error

	// CheckDuration is Check for an option that is a duration. It is called with what its placeholders stand for.
	CheckDuration func(time.Duration) error

	// Bare says that the option is a switch which is on where it is written, and has no argument.
	Bare bool

	// Read reads the option in another way.
	Read func(*caddyfile.Dispenser, *T) error

	// Repeatable says that an option with Read may be written several times.
	Repeatable bool
}

// Options are those of a directive, in the order in which errors and the documentation list them.
type Options[T any] []Option[T]

// Names are the names of the options.
func (all Options[T]) Names() []string {
	names := make([]string, len(all))
	for i, o := range all {
		names[i] = o.Name
	}
	return names
}

// Within are options of a part of an S, as options of the S.
func Within[S, T any](all Options[T], part func(*S) *T) Options[S] {
	within := make(Options[S], len(all))
	for i, o := range all {
		within[i] = Option[S]{
			Name: o.Name, Repeatable: o.repeatable(),
			Read: func(d *caddyfile.Dispenser, into *S) error { return o.read(d, part(into)) },
		}
	}
	return within
}

// Read reads the options of the block that the dispenser is before, if there is one.
func (all Options[T]) Read(d *caddyfile.Dispenser, into *T, in *Block) error {
	given, before := map[string]bool{}, ""
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		switch {
		case d.Val() == "{" && before != "":
			return d.Errf("%s has no block: its value stands on its line", before)
		case all.find(d.Val()) == nil:
			return in.Unknown(d)
		}
		before = d.Val()
		if err := all.readOne(d, into, given); err != nil {
			return err
		}
	}
	return nil
}

// ReadMixed reads the options of a block that has those of another module too, and returns these, of which that module says what it
// does not know. An option of another block is an error.
func (all Options[T]) ReadMixed(d *caddyfile.Dispenser, into *T, in *Block) (others []caddyfile.Segment, err error) {
	given, before := map[string]bool{}, ""
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		switch {
		case d.Val() == "{" && before != "":
			return nil, d.Errf("%s has no block: its value stands on its line", before)
		case all.find(d.Val()) != nil:
			before = d.Val()
			if err := all.readOne(d, into, given); err != nil {
				return nil, err
			}
		case option.IsName(d.Val()) && !slices.Contains(in.options(), d.Val()) && in.belongs(d.Val()) != nil:
			return nil, in.Unknown(d)
		default:
			before = ""
			others = append(others, d.NextSegment())
		}
	}
	return others, nil
}

// readOne reads the option that the dispenser is at, which is one of them. given are those that were read before.
func (all Options[T]) readOne(d *caddyfile.Dispenser, into *T, given map[string]bool) error {
	o := all.find(d.Val())
	if given[o.Name] && !o.repeatable() {
		return d.Errf("%s is given more than once", o.Name)
	}
	given[o.Name] = true
	return o.read(d, into)
}

func (all Options[T]) find(name string) *Option[T] {
	for i := range all {
		if all[i].Name == name {
			return &all[i]
		}
	}
	return nil
}

func (o *Option[T]) repeatable() bool {
	if o.Read != nil {
		return o.Repeatable
	}
	_, several := o.field(new(T)).(*[]string)
	return several
}

// read reads the option, whose name the dispenser is at.
func (o *Option[T]) read(d *caddyfile.Dispenser, into *T) error {
	if o.Read != nil {
		return o.Read(d, into)
	}
	switch field := o.field(into).(type) {
	case *string:
		if err := Argument(d, field); err != nil {
			return err
		}
		return o.check(d, *field)
	case *[]string:
		return o.readSeveral(d, field)
	case *bool:
		if o.Bare {
			return bare(d, field)
		}
		return toggle(d, field)
	case *caddy.Duration:
		if err := readDuration(d, field); err != nil || o.CheckDuration == nil {
			return err
		}
		if err := o.CheckDuration(time.Duration(*field)); err != nil {
			return d.WrapErr(err)
		}
		return nil
	default:
		panic(fmt.Sprintf("the option %s has a field of the type %T", o.Name, field))
	}
}

func (o *Option[T]) readSeveral(d *caddyfile.Dispenser, into *[]string) error {
	given := d.RemainingArgs()
	if len(given) == 0 {
		return d.Errf("%s: wrong argument count: want one or more", o.Name)
	}
	*into = append(*into, given...)
	var written []string
	for _, value := range given {
		if hasPlaceholder(value) {
			continue
		}
		written = append(written, value)
		if err := o.check(d, value); err != nil {
			return err
		}
	}
	if o.CheckAll == nil {
		return nil
	}
	if err := o.CheckAll(written); err != nil {
		return d.WrapErr(err)
	}
	return nil
}

func (o *Option[T]) check(d *caddyfile.Dispenser, value string) error {
	if o.Check == nil || hasPlaceholder(value) {
		return nil
	}
	if err := o.Check(option.Option{Name: o.Name, Text: value, Value: value}); err != nil {
		return d.WrapErr(err)
	}
	return nil
}

func hasPlaceholder(value string) bool { return strings.Contains(value, "{") }

// field returns a pointer to the field that the option sets.
func (o *Option[T]) field(of *T) any {
	fields := reflect.ValueOf(of).Elem()
	for i := range fields.NumField() {
		if name, _, _ := strings.Cut(fields.Type().Field(i).Tag.Get("json"), ","); name == o.Name {
			return fields.Field(i).Addr().Interface()
		}
	}
	panic(fmt.Sprintf("%T has no field %s", *of, o.Name))
}
