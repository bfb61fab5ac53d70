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
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("unknown command %s for %q", quoted(args[0]), c.CommandPath())
}

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
