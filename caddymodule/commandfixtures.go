package caddymodule

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/emulator/fixture"
)

// fixturesCommand is `caddy workos fixtures`, for what is done with recorded answers.
func fixturesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "fixtures",
		Short: "Works with recorded answers of the real WorkOS",
		Long:  "Works with fixtures, the answers of the real WorkOS that were recorded and are replayed.",
		Example: `  caddy workos fixtures check ./fixtures
  caddy workos fixtures report --fail-on miss,unused,drift
  caddy workos fixtures import login.har ./fixtures`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(
		listFixturesCommand(), showFixturesCommand(), checkFixturesCommand(), pruneFixturesCommand(),
		importFixturesCommand(), exportFixturesCommand(), reportFixturesCommand(),
	)
	return c
}

func listFixturesCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "list <dir>",
		Short:   "Lists the fixtures of a folder",
		Long:    "Lists the fixtures of a folder: the request, the statuses of its answers, and the file.",
		Example: "  caddy workos fixtures list ./fixtures",
		Args:    folderArgument(1),
		RunE: func(c *cobra.Command, args []string) error {
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
			return report(c.ErrOrStderr(), invalid)
		},
	}
}

func showFixturesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show <dir> [<file...>]",
		Short: "Shows fixtures of a folder",
		Long: `
Shows the fixtures of a folder as they are replayed, but for tokens, which are
shown by their claims. Files are named as 'list' names them, and the name of a
folder stands for all that is in it. Without any, all fixtures are shown.`,
		Example: `  caddy workos fixtures show ./fixtures
  caddy workos fixtures show ./fixtures GET/user_management/users 'GET/connections/limit=3&order=asc.json'`,
		Args: folderArgument(-1),
		RunE: func(c *cobra.Command, args []string) error {
			library, err := openFolder(args[0])
			if err != nil {
				return err
			}
			return showFixtures(c.OutOrStdout(), library, args[1:])
		},
	}
}

// showFixtures writes the files of the fixtures that are named, or of all.
func showFixtures(w io.Writer, library *fixture.Library, wanted []string) error {
	entries, invalid, err := library.List()
	if err != nil {
		return err
	}
	if len(wanted) == 0 {
		wanted = []string{""}
	}
	for _, name := range wanted {
		name, shown := strings.Trim(name, "/"), 0
		for _, entry := range entries {
			if name != "" && entry.File != name && !strings.HasPrefix(entry.File, name+"/") {
				continue
			}
			document, err := library.Read(entry.File)
			if err != nil {
				return err
			}
			text, err := document.Text()
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "# %s: %s\n%s", entry.File, entry.Request, text)
			shown++
		}
		if shown == 0 && len(invalid) == 0 {
			return fmt.Errorf("%s holds no fixture %q: 'caddy workos fixtures list' lists what there is", library.Dir(), name)
		}
	}
	return errors.Join(invalid...)
}

// openFolder opens the folder of an argument, which errors call by its path, unless that may be a key.
func openFolder(path string) (*fixture.Library, error) {
	if name := shown(path); name != path {
		return fixture.OpenNamed(path, name)
	}
	return fixture.Open(path)
}

// maxProblems is how many problems are written: the first ones tell.
const maxProblems = 100

// report writes problems, and returns an error if there are any.
func report(w io.Writer, problems []error) error {
	for _, problem := range problems[:min(len(problems), maxProblems)] {
		fmt.Fprintln(w, problem)
	}
	if more := len(problems) - maxProblems; more > 0 {
		fmt.Fprintf(w, "… and %d more\n", more)
	}
	if len(problems) > 0 {
		return errors.New(count(len(problems), "problem"))
	}
	return nil
}

// folderArgument wants a folder, and no more than a number of arguments, if that is not negative.
func folderArgument(most int) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return errors.New("which folder? Give that of the fixtures")
		case most >= 0 && len(args) > most:
			return fmt.Errorf("one folder at a time, got %d arguments", len(args))
		}
		return nil
	}
}
