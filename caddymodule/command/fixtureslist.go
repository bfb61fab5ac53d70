package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// listFixturesCommand is `caddy workos fixtures list`.
func listFixturesCommand() *cobra.Command {
	c := newCommand(`list <dir>
Lists the fixtures of a folder
Lists the fixtures of a folder: the request, the statuses of its answers, and the file.
Examples:
  caddy workos fixtures list ./fixtures`, folderArgument(1))
	c.RunE = func(c *cobra.Command, args []string) error {
		library, err := openFolder(args[0])
		if err != nil {
			return err
		}
		entries, invalid, err := library.List()
		if err != nil {
			return err
		}
		for _, entry := range entries {
			statuses := strings.Trim(fmt.Sprint(entry.Statuses), "[]")
			fmt.Fprintf(c.OutOrStdout(), "%s\t%s\t%s\n", entry.Request, statuses, entry.File)
		}
		return printProblems(c.ErrOrStderr(), invalid)
	}
	return c
}
