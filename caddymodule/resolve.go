package caddymodule

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddyserver/caddy/v2"
)

// option is a value of the configuration. Whatever is told of it, in an error, a log or an answer, is told by its String:
// what a placeholder stands for may be secret, whatever the option is for.
type option struct {
	name  string // as errors call it
	text  string // as it is written, with its placeholders
	value string // with what they stand for
}

// resolve replaces the placeholders of an option. One that is not given stays empty.
func resolve(name, text string) (option, error) {
	o := option{name: name, text: text}
	if text == "" {
		return o, nil
	}
	value, err := caddy.NewReplacer().ReplaceOrErr(text, true, true)
	switch {
	case err != nil && strings.HasPrefix(err.Error(), "unrecognized placeholder"): // which may be no more than text in braces
		return o, o.errorf("%s has a placeholder that is not known here: {env.NAME} and {file./path} are", o)
	case err != nil && o.isSecret():
		return o, o.errorf("%s has a placeholder that cannot be replaced", o)
	case err != nil:
		return o, o.errorf("%w", err)
	case value == "":
		return o, o.errorf("resolves to nothing")
	}
	o.value = value
	return o, nil
}

// expand replaces the placeholders of an option, as [resolve] does, where its value is all that is needed.
func expand(name, text string, into *string) error {
	o, err := resolve(name, text)
	if err == nil && text != "" {
		*into = o.value
	}
	return err
}

// String is the option's own text. Where that may be a key, it is not shown.
func (o option) String() string { return shown(o.text) }

// GoString keeps the value out of %#v as well.
func (o option) GoString() string { return o.String() }

// isSecret tells whether not even the option's own text may be shown.
func (o option) isSecret() bool { return shown(o.text) != o.text }

// hidden tells whether the value may not be shown: it came from a placeholder, or may be a key.
func (o option) hidden() bool { return o.text != o.value || o.isSecret() }

// or returns the option, or a value that stands in for one that is not given.
func (o option) or(value string) option {
	if o.text == "" {
		o.text, o.value = value, value
	}
	return o
}

// errorf returns an error that names the option. Give it the option itself, and not its value.
func (o option) errorf(format string, args ...any) error {
	return fmt.Errorf(o.name+": "+format, args...)
}

// failed returns what went wrong with a file or folder that the option names, without a path that is not to be shown.
func (o option) failed(err error) error {
	if !o.hidden() || err == nil {
		return err
	}
	return fmt.Errorf("%s: %w", o, o.cause(err))
}

// cause is what went wrong with what the option names, without the name.
func (o option) cause(err error) error {
	if !o.hidden() {
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
	return unspoken{err}
}

// absolute makes the value an absolute path, and so the text, if it is the same.
func (o option) absolute() (option, error) {
	if o.value == "" {
		return o, nil
	}
	path, err := filepath.Abs(o.value)
	if err != nil {
		return o, o.errorf("%w", o.failed(err))
	}
	if !o.hidden() {
		o.text = path
	}
	o.value = path
	return o, nil
}

// unspoken is an error whose text may hold what is not to be shown. It is known by its kind only.
type unspoken struct{ error }

func (e unspoken) Error() string { return fmt.Sprintf("failed (%T)", e.error) }

// Is finds the sentinel errors in it, whose texts are fixed.
func (e unspoken) Is(target error) bool { return errors.Is(e.error, target) }

// maxShown is how long a text may be to be shown, in bytes. A key is longer.
const maxShown = 200

// shown returns a text of the configuration for an error, unless it may be a key: it is long, has several lines, or begins
// as keys do.
func shown(text string) string {
	odd := func(r rune) bool { return r < ' ' || r == 0x7f || r == '\uFFFD' }
	if len(text) > maxShown || strings.ContainsFunc(text, odd) || strings.HasPrefix(text, "sk_") ||
		oauth.FormatOfKey([]byte(text)) != oauth.NoKey {
		return "the value"
	}
	return text
}

// maxWord is how long a text may be that was to be a word, in bytes. The lines of a key are longer.
const maxWord = 60

// quoted is a text that was to be a word in quotation marks, if it can be shown.
func quoted(text string) string {
	if len(text) > maxWord || shown(text) != text {
		return "(not shown)"
	}
	return fmt.Sprintf("%q", text)
}
