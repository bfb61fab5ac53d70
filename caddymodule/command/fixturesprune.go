package command

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/text"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/instance"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
)

// pruneFixturesCommand is `caddy workos fixtures prune`.
func pruneFixturesCommand() *cobra.Command {
	c := newCommand(`prune <dir> --report <file> | --address <address> [--instance <name>] [--dry-run] [--force]
Deletes the fixtures that a run never used

Deletes the fixtures of a folder that no request of a run has asked for, by the
report on that run, and the folders that this leaves empty. The report is that of
'caddy workos fixtures report --format json', from a file or the standard input, or
the one of a Caddy that still runs. Run all of your tests against that Caddy first:
what they do not ask for is deleted.

Fixtures that came after the run, and whatever is no fixture, stay. It is refused,
unless --force is given, where the run used and recorded nothing at all, or used
nothing of what is in the folder, as the report is another folder's then; and where
the report is on what came after a reset, as that of GET /workos/{instance}/fixtures
is without ?of=run.
Examples:
  caddy workos fixtures prune ./fixtures --address localhost:2019 --dry-run
  caddy workos fixtures report --format json > report.json
  caddy workos fixtures prune ./fixtures --report report.json
  caddy workos fixtures report --format json | caddy workos fixtures prune ./fixtures --report -`, folderArgument(1))
	flags := c.Flags()
	file := flags.String("report", "", "File of the report on a run, or - for the standard input")
	address := flags.String("address", "", "Address of the admin endpoint of the Caddy that ran, such as localhost:2019")
	name := flags.String("instance", instance.Default, "Name of the instance, with --address")
	dryRun := flags.Bool("dry-run", false, "Print what would be deleted, and delete nothing")
	force := flags.Bool("force", false, "Delete what was not used, even where nothing was")
	c.RunE = func(c *cobra.Command, args []string) error {
		library, err := openFolder(args[0])
		if err != nil {
			return err
		}
		used, err := reportOfRun(c, *file, *address, *name)
		if err != nil {
			return err
		}
		unused, err := unusedFixtures(library, used, *force)
		if err != nil {
			return err
		}
		return prune(c.OutOrStdout(), library, unused, *dryRun)
	}
	return c
}

// reportOfRun gets the report that the flags of prune name.
func reportOfRun(c *cobra.Command, file, address, instance string) (*fixture.Report, error) {
	switch {
	case file == "" && address == "":
		return nil, errors.New("which fixtures were used? Give the report on a run with --report, or the address of its admin endpoint with --address")
	case file != "" && address != "":
		return nil, errors.New("give --report or --address, and not both")
	case file != "":
		return readReport(file, c.InOrStdin())
	}
	return askForReport(c.Context(), address, instance)
}

// unusedFixtures returns those of a folder that a run has not used. Without force, the report must be plausible.
func unusedFixtures(library *fixture.Library, run *fixture.Report, force bool) ([]string, error) {
	for _, name := range run.NeverUsed {
		if !filepath.IsLocal(filepath.FromSlash(name)) || !strings.Contains(name, "/") {
			return nil, fmt.Errorf("the report names %s, which is no fixture of any folder: nothing was deleted", option.Quoted(name))
		}
	}
	present, err := library.Names()
	if err != nil {
		return nil, err
	}
	isPresent := func(name string) bool { _, found := slices.BinarySearch(present, name); return found }
	slices.Sort(present)
	usedHere := false
	for name := range run.Used {
		usedHere = usedHere || isPresent(name)
	}
	switch {
	case force:
	case run.Resets > 0:
		return nil, errors.New("the report is on what came after a reset, and not on the whole run: take that of 'caddy workos fixtures report --format json', or give --force")
	case run.Hits == 0 && run.Recorded == 0:
		return nil, errors.New("the run used and recorded nothing, so that all fixtures would be deleted: run the tests first, or give --force")
	case run.Hits > 0 && !usedHere:
		return nil, errors.New("nothing that the run used is in this folder: give the folder of the run, or --force")
	}
	unused := slices.DeleteFunc(slices.Clone(run.NeverUsed), func(name string) bool { return !isPresent(name) || run.Used[name] > 0 })
	slices.Sort(unused)
	return slices.Compact(unused), nil
}

// prune deletes fixtures, and prints each.
func prune(w io.Writer, library *fixture.Library, unused []string, dryRun bool) error {
	said := "deleted"
	var err error
	if dryRun {
		said = "would be deleted"
	} else {
		unused, err = library.Remove(unused)
	}
	for _, name := range unused {
		fmt.Fprintln(w, option.OneLine(name))
	}
	fmt.Fprintf(w, "%s: %s %s\n", option.Shown(library.Dir()), text.Count(len(unused), "fixture"), said)
	return err
}
