// Package option has the values of a configuration and of flags: what they stand for once their placeholders are replaced,
// and what errors, logs and answers may say of them.
package option

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2"
)

// Option is a value of the configuration. Errors, logs and answers show it by its String: what a placeholder stands for may be
// secret, whatever the option is for.
type Option struct {
	Name  string // as errors call it
	Text  string // as it is written, with its placeholders
	Value string // with what they stand for
}

// Resolve replaces the placeholders of an option. One that is not given stays empty.
func Resolve(name, text string) (Option, error) {
	o := Option{Name: name, Text: text}
	if text == "" {
		return o, nil
	}
	value, err := caddy.NewReplacer().ReplaceOrErr(text, true, true)
	switch {
	case err != nil && strings.HasPrefix(err.Error(), "unrecognized placeholder"): // which may be no more than text in braces
		return o, o.Errorf("%s has a placeholder that is not known here: {env.NAME} and {file./path} are", o)
	case err != nil && o.isSecret():
		return o, o.Errorf("%s has a placeholder that cannot be replaced", o)
	case err != nil:
		return o, o.Errorf("%w", err)
	case value == "":
		return o, o.Errorf("resolves to nothing")
	}
	o.Value = value
	return o, nil
}

// Written is an option as it is written, and where it goes when it is resolved.
type Written struct {
	Name, Text string
	Into       *Option
}

// ResolveAll resolves options in their order, up to the first that cannot be.
func ResolveAll(options ...Written) (err error) {
	for _, o := range options {
		if *o.Into, err = Resolve(o.Name, o.Text); err != nil {
			return err
		}
	}
	return nil
}

// ResolveSeveral resolves the values of an option with several, and checks each.
func ResolveSeveral(name string, texts []string, check func(Option) error) ([]string, error) {
	var values []string
	for _, text := range texts {
		o, err := Resolve(name, text)
		if err == nil && o.Value == "" {
			err = o.Errorf("a value is empty")
		}
		if err == nil {
			err = check(o)
		}
		if err != nil {
			return nil, err
		}
		values = append(values, o.Value)
	}
	return values, nil
}

// Expand replaces the placeholders of an option, as [Resolve] does, where its value is all that is needed.
func Expand(name, text string, into *string) error {
	o, err := Resolve(name, text)
	if err == nil && text != "" {
		*into = o.Value
	}
	return err
}

// String is the option's own text. Where that may be a key, it is not shown.
func (o Option) String() string { return Shown(o.Text) }

// GoString keeps the value out of %#v as well.
func (o Option) GoString() string { return o.String() }

// isSecret tells whether not even the option's own text may be shown.
func (o Option) isSecret() bool { return Shown(o.Text) != o.Text }

// Hidden tells whether the value may not be shown: it came from a placeholder, or may be a key.
func (o Option) Hidden() bool { return o.Text != o.Value || o.isSecret() }

// Or returns the option, or the default where it is not given.
func (o Option) Or(value string) Option {
	if o.Text == "" {
		o.Text, o.Value = value, value
	}
	return o
}

// Absolute makes the value an absolute path, and the text as well if it is the same.
func (o Option) Absolute() (Option, error) {
	if o.Value == "" {
		return o, nil
	}
	path, err := filepath.Abs(o.Value)
	if err != nil {
		return o, o.Errorf("%w", o.Failed(err))
	}
	if !o.Hidden() {
		o.Text = path
	}
	o.Value = path
	return o, nil
}

// Check returns what check says of the value, with the option's name. An option that is not given is right.
func (o Option) Check(check func(value string) error) error {
	if o.Value == "" {
		return nil
	}
	if err := check(o.Value); err != nil {
		return o.Errorf("%w", err)
	}
	return nil
}

// OneOf wants the value to be one of some words.
func (o Option) OneOf(words []string) error {
	if slices.Contains(words, o.Value) {
		return nil
	}
	last := len(words) - 1
	return o.Errorf("want %s or %s, got %s%s", strings.Join(words[:last], ", "), words[last], Quoted(o.Text), DidYouMean(o.Text, words))
}

// Errorf returns an error that names the option. Give it the option itself, and not its value.
func (o Option) Errorf(format string, args ...any) error {
	return fmt.Errorf(o.Name+": "+format, args...)
}

// Failed returns what went wrong with a file or folder that the option names, without a path that may not be shown.
func (o Option) Failed(err error) error {
	if !o.Hidden() || err == nil {
		return err
	}
	return fmt.Errorf("%s: %w", o, o.Cause(err))
}

// Cause returns what went wrong with what the option names, without the name.
func (o Option) Cause(err error) error {
	if !o.Hidden() {
		return err
	}
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return redactedError{err}
}

// redactedError is an error whose text may hold what is not to be shown. It shows its type only.
type redactedError struct{ error }

func (e redactedError) Error() string { return fmt.Sprintf("failed (%T)", e.error) }

// Is finds the sentinel errors in it, whose texts are fixed.
func (e redactedError) Is(target error) bool { return errors.Is(e.error, target) }
