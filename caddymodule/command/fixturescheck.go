package command

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/text"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
)

// checkFixturesCommand is `caddy workos fixtures check`.
func checkFixturesCommand() *cobra.Command {
	c := newCommand(`check [--redact <name>]... [--keep <name|pointer>]... [--redact-email] <dir>
Tells everything that is wrong with fixtures, for a hook before commits and for CI

Fails, naming file and member, where a fixture does not parse, does not have the
name of its request, or holds what a recording would have taken out: by the name
of its member, by its route, or by what it looks like, such as an sk_… value, a
JWT, or the key in the environment variable WORKOS_API_KEY, if it is set. A secret
is never printed.

It also fails where there are no fixtures, where something in the folder is a
symbolic link, where an interrupted recording left something behind, and where the
fixtures hold tags, but the folder does not hold the file .salt that they were made
with. The exit code is 1 then.

Give it what your configuration says of secrets: --redact, --keep, --redact-email.
Examples:
  caddy workos fixtures check ./fixtures
  caddy workos fixtures check ./fixtures --redact ssn --redact-email
  caddy workos fixtures check ./fixtures --keep page_secret --keep /data/*/token`, folderArgument(1))
	rules := addRedactionFlags(c.Flags())
	c.RunE = func(c *cobra.Command, args []string) error {
		library, err := openFolder(args[0])
		if err != nil {
			return err
		}
		problems, checked, err := library.Check(rules.redactor(library))
		if err != nil {
			return err
		}
		if err := printProblems(c.ErrOrStderr(), problems); err != nil {
			return err
		}
		fmt.Fprintf(c.OutOrStdout(), "%s: ok: %s\n", option.Shown(args[0]), text.Count(checked, "fixture"))
		return nil
	}
	return c
}
