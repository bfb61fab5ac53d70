package caddymodule

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// noArguments refuses arguments. What follows a flag by mistake, such as the second line of a key, is not shown.
func noArguments(c *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case len(args[0]) > maxWord || shown(args[0]) != args[0]:
		return fmt.Errorf("unknown command for %q", c.CommandPath())
	}
	return fmt.Errorf("unknown command %q for %q", args[0], c.CommandPath())
}

// maxWord is how long an argument may be to be shown, in bytes. The lines of a key are longer.
const maxWord = 40

// flagError is what cobra says of a flag that it does not understand, without a value that may be a key.
func flagError(_ *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	var name *pflag.NotExistError
	switch {
	case errors.As(err, &value):
		return fmt.Errorf("--%s: want a %s, got %s", value.GetFlag().Name, value.GetFlag().Value.Type(), quoted(value.GetValue()))
	case errors.As(err, new(*pflag.InvalidSyntaxError)):
		return errors.New("bad flag syntax")
	case errors.As(err, &name) && !isFlag(name.GetSpecifiedName()+name.GetSpecifiedShortnames()):
		return errors.New("unknown flag")
	}
	return err
}

// isFlag tells what may be the name of a flag, mistyped or not.
func isFlag(name string) bool { return isName(strings.ReplaceAll(name, "-", "_")) }
