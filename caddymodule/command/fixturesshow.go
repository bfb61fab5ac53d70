package command

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/emulator/fixture"
)

// showFixturesCommand is `caddy workos fixtures show`.
func showFixturesCommand() *cobra.Command {
	c := newCommand(`show <dir> [<file...>]
Shows fixtures of a folder

Shows the fixtures of a folder as they are replayed, but for tokens, which are
shown by their claims. Files are named as 'list' names them, and the name of a
folder stands for all that is in it. Without any, all fixtures are shown.
Examples:
  caddy workos fixtures show ./fixtures
  caddy workos fixtures show ./fixtures GET/user_management/users 'GET/directories/limit=3&order=asc.json'`, folderArgument(-1))
	c.RunE = func(c *cobra.Command, args []string) error {
		library, err := openFolder(args[0])
		if err != nil {
			return err
		}
		return showFixtures(c.OutOrStdout(), library, args[1:])
	}
	return c
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
		name, found := strings.Trim(filepath.ToSlash(name), "/"), 0
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
			found++
		}
		if found == 0 && len(invalid) == 0 {
			return fmt.Errorf("%s holds no fixture %q: 'caddy workos fixtures list' lists what there is", library.Dir(), name)
		}
	}
	return errors.Join(invalid...)
}
