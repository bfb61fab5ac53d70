package command

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/text"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
)

// fixturesCommand is `caddy workos fixtures`, for what is done with recorded answers.
func fixturesCommand() *cobra.Command {
	return newGroup(`fixtures
Works with recorded answers of the real WorkOS
Works with fixtures, the answers of the real WorkOS that were recorded and are replayed.
Examples:
  caddy workos fixtures check ./fixtures
  caddy workos fixtures report --fail-on miss,unused,drift
  caddy workos fixtures import login.har ./fixtures`,
		listFixturesCommand(), showFixturesCommand(), checkFixturesCommand(), pruneFixturesCommand(),
		importFixturesCommand(), exportFixturesCommand(), reportFixturesCommand(),
	)
}

// openFolder opens the folder of an argument, which errors call by its path, unless that may be a key.
func openFolder(path string) (*fixture.Library, error) {
	if name := option.Shown(path); name != path {
		return fixture.OpenNamed(path, name)
	}
	return fixture.Open(path)
}

// maxProblems is how many problems are written.
const maxProblems = 100

// printProblems writes problems, and returns an error if there are any.
func printProblems(w io.Writer, problems []error) error {
	for _, problem := range problems[:min(len(problems), maxProblems)] {
		fmt.Fprintln(w, problem)
	}
	if more := len(problems) - maxProblems; more > 0 {
		fmt.Fprintf(w, "… and %d more\n", more)
	}
	if len(problems) > 0 {
		return errors.New(text.Count(len(problems), "problem"))
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
