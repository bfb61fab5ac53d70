package command

import (
	"errors"
	"fmt"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/caddymodule/command/summary"
)

// freeListen is where `caddy workos exec` listens: on a free port of this machine.
const freeListen = "localhost:0"

// execCommand is `caddy workos exec`.
func execCommand(routeOf serving.RouteOf) *cobra.Command {
	c := newCommand(`exec [flags of caddy workos] [--fail-on miss,unused,drift,fault] [--junit <file>] [--summary-md <file>] -- <command> [<argument>…]
Runs a command, such as a test run, with an emulated WorkOS of its own

Serves what 'caddy workos' serves, on a free port of this machine, for as long as the
command runs. The command finds it by its environment:

  WORKOS_BASE_URL, WORKOS_API_BASE_URL   where it is
  WORKOS_API_HOSTNAME, WORKOS_API_PORT,
  WORKOS_API_HTTPS                       the same in parts
  WORKOS_API_KEY                         a key of the seed
  WORKOS_CLIENT_ID                       --client-id or --audience, or else what it was;
                                         where it was not set, that of the seed's first
                                         application
  WORKOS_COOKIE_PASSWORD                 a random one, where it is not set

It is run without a shell, with the standard input and output of its own. Signals are
passed on to it and to all that it starts; a second SIGINT or SIGTERM ends them.

At the end, a summary of what was asked is printed on the standard error. The exit code
is that of the command, 128 and the number of the signal that has ended it, 127 where
there is no such command, and 126 where it cannot be run. With --fail-on, 0 becomes 1
where there is any of what it names:
  miss    a request was not answered for want of a fixture, or 'verify' has none
  unused  a fixture was not asked for
  drift   the upstream's answer differs from the fixture (mode 'verify')
  fault   an error hook has answered a request, or has broken it off
What could not be recorded counts with each of them.
Examples:
  caddy workos exec -- npm test
  caddy workos exec --seed seed.yaml -- go test ./...
  caddy workos exec --fixtures ./fixtures --mode replay --fail-on miss,unused -- pytest
  caddy workos exec --login password --redirect-uri http://localhost:3000/callback -- npx playwright test
  caddy workos exec --junit workos.xml --summary-md "$GITHUB_STEP_SUMMARY" -- npm test
  caddy workos exec --listen :4100 --public-url http://host.docker.internal:4100 -- docker compose up --exit-code-from tests`, commandAfterDashes)
	s := &serving.Server{RouteOf: routeOf, Summarized: true}
	e := &execution{server: s}
	flags := c.Flags()
	flags.SortFlags = false
	s.AddFlags(flags, freeListen)
	words := flags.String("fail-on", "", "What makes the exit code 1: some of miss, unused, drift and fault, separated by commas")
	flags.StringVar(&e.files.JUnit, "junit", "", "File for the summary as JUnit XML")
	flags.StringVar(&e.files.Markdown, "summary-md", "", "File that the summary is appended to as Markdown, such as $GITHUB_STEP_SUMMARY")
	c.RunE = func(c *cobra.Command, args []string) (err error) {
		if e.failOn, err = parseFailOn(*words, summary.Words); err != nil {
			return err
		}
		code, err := e.run(c, args)
		return exitWith(c, code, err)
	}
	return c
}

// commandAfterDashes wants a command behind --, and nothing before it: a mistyped flag of ours is none of the command's.
func commandAfterDashes(c *cobra.Command, args []string) error {
	const usage = "\nUsage: caddy workos exec [flags] -- <command> [<argument>…], such as: caddy workos exec -- npm test"
	switch dashes := c.ArgsLenAtDash(); {
	case len(args) == 0, dashes == 0 && args[0] == "":
		return errors.New("which command is to be run?" + usage)
	case dashes != 0:
		return errors.New("the command stands behind --" + usage)
	}
	return nil
}

// exitWith returns the error by which Caddy ends with an exit code. What there is to say was said, if there is no error.
func exitWith(c *cobra.Command, code int, err error) error {
	switch {
	case code == 0 || code == 1 && err != nil:
		return err
	case err != nil:
		fmt.Fprintf(c.ErrOrStderr(), "Error: %v\n", err)
	}
	c.SilenceErrors = true
	if code == 1 {
		return errors.New("exit code 1")
	}
	return caddycmd.WrapCommandFuncForCobra(func(caddycmd.Flags) (int, error) { return code, nil })(c, nil)
}
