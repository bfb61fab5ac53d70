package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// noArguments refuses arguments. What follows a flag by mistake, such as the second line of a key, is not shown.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("unknown command %s for %q", option.Quoted(args[0]), c.CommandPath())
}

// flagError is what cobra says of a flag that it does not understand, without a value that may be a key, and with the flag that was
// most likely meant.
func flagError(c *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	var name *pflag.NotExistError
	switch {
	case errors.As(err, &value):
		return fmt.Errorf("--%s: want a %s, got %s", value.GetFlag().Name, value.GetFlag().Value.Type(), option.Quoted(value.GetValue()))
	case errors.As(err, new(*pflag.InvalidSyntaxError)):
		return errors.New("bad flag syntax")
	case errors.As(err, &name) && !isFlag(name.GetSpecifiedName()+name.GetSpecifiedShortnames()):
		return errors.New("unknown flag")
	case errors.As(err, &name):
		return unknownFlag(c, err, name.GetSpecifiedName())
	}
	return err
}

// unknownFlag says which flag may have been meant, and where the flags are described.
func unknownFlag(c *cobra.Command, err error, name string) error {
	var names []string
	c.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	if meant, ok := seed.Nearest(name, names); ok && name != "" {
		return fmt.Errorf("%w: did you mean --%s?", err, meant)
	}
	return fmt.Errorf("%w: %s --help has those that there are", err, c.CommandPath())
}

// isFlag tells what may be the name of a flag, mistyped or not.
func isFlag(name string) bool { return option.IsName(strings.ReplaceAll(name, "-", "_")) }
