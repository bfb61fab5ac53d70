package command

import (
	"strings"

	"github.com/spf13/cobra"
)

// newCommand returns a command by its help: a line of how it is called, a line of what it does, a description and, after the
// line "Examples:", examples.
func newCommand(help string, args cobra.PositionalArgs) *cobra.Command {
	help, examples, _ := strings.Cut(help, "\nExamples:\n")
	use, help, _ := strings.Cut(help, "\n")
	short, long, _ := strings.Cut(help, "\n")
	return &cobra.Command{Use: use, Short: short, Long: long, Example: examples, Args: args}
}

// newGroup returns a command that only has others below it.
func newGroup(help string, below ...*cobra.Command) *cobra.Command {
	c := newCommand(help, noArguments)
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	c.AddCommand(below...)
	return c
}
