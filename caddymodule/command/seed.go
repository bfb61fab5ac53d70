package command

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/text"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/instance"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// seedCommand is `caddy workos seed`, for what is done with seed files.
func seedCommand() *cobra.Command {
	check := newCommand(`check <file...>
Tells everything that is wrong with seed files

Reads seed files and tells everything that is wrong with each of them, with
file, line, column and path, and never with a secret. The file '-' is the
standard input. Variables that the files refer to must be set.

Problems and warnings go to the standard error. The exit code is 1 where there
are problems; warnings, about what has no effect, do not count.
Examples:
  caddy workos seed check seed.yaml
  caddy workos seed check seeds/*.yaml
  generate-seed | caddy workos seed check -`, func(_ *cobra.Command, files []string) error {
		if len(files) == 0 {
			return errors.New("which seed file? Give one or more, or - for the standard input")
		}
		return nil
	})
	check.RunE = func(c *cobra.Command, files []string) error {
		return checkSeeds(c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr(), files)
	}
	return newGroup(`seed
Works with seed files
Works with seed files, which say what an emulated WorkOS holds when it starts.
Examples:
  caddy workos seed check seed.yaml`, check)
}

// checkSeeds reports on each file, and returns an error if one of them is wrong.
func checkSeeds(stdin io.Reader, stdout, stderr io.Writer, files []string) error {
	found, wrong := 0, 0
	for _, file := range files {
		checked, err := readSeed(stdin, file)
		if err != nil {
			var problems seed.Problems
			if !errors.As(err, &problems) {
				fmt.Fprintln(stderr, err)
				found++
			}
			for _, problem := range problems {
				fmt.Fprintln(stderr, problem)
			}
			found += len(problems)
			wrong++
			continue
		}
		for _, warning := range checked.Warnings() {
			warning.Message = "warning: " + warning.Message
			fmt.Fprintln(stderr, warning)
		}
		fmt.Fprintf(stdout, "%s: ok: %s\n", file, checked.Summary())
	}
	if found > 0 {
		return fmt.Errorf("%s in %s", text.Count(found, "problem"), text.Count(wrong, "file"))
	}
	return nil
}

func readSeed(stdin io.Reader, file string) (*seed.Seed, error) {
	if file == "-" {
		return seed.Read("-", stdin, seed.Options{})
	}
	return instance.ReadSeed(option.Option{Text: file, Value: file})
}
