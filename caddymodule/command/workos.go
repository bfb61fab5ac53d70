// Package command has `caddy workos` and the commands below it.
//
// Package caddymodule registers them: it makes Caddy's handlers of what the flags say.
package command

import (
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/foreground"
	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
)

// Register adds `caddy workos` to Caddy's commands. The function makes the route that `caddy workos` serves.
func Register(routeOf serving.RouteOf) {
	caddycmd.RegisterCommand(caddycmd.Command{
		Name:      "workos",
		Usage:     "[--seed <file>] [--port <port>] [--watch] [--upstream <url>] [--fixtures <dir> --mode <mode>]",
		Short:     "Serves an emulated WorkOS, alone or mixed with the real one",
		CobraFunc: func(c *cobra.Command) { setUp(c, &serving.Server{RouteOf: routeOf}) },
	})
}

// setUp sets up `caddy workos` and the commands below it.
func setUp(c *cobra.Command, s *serving.Server) {
	c.Long = `
Serves WorkOS's logins, machine-to-machine tokens, Connect applications, API
keys, organizations and users from a seed file, over plain HTTP and without a
Caddyfile, and shows how to point your code at it, and each request.

The seed is workos-emulate.config.yaml, .yml or .json, or seed.yaml of the working
folder, unless --seed names another one. Without a seed there is nothing but the API
key sk_test_default. Answers that were recorded in ./fixtures are replayed.

Everything else goes to --upstream, the real REST API, and --authkit, the real
/oauth2/* and /.well-known/*, where they are given, and is a 501 where they are
not. The API key of the real WorkOS comes from the environment variable
WORKOS_API_KEY: it is put into requests of callers with a key of the seed, and
callers may hold it themselves.

Users of the seed sign in here: the first one, unless --login or a login_hint says
otherwise. With an upstream there is a page, which leads on to the real WorkOS too.

It listens on both loopback addresses of this machine, unless --listen says
otherwise: anyone who reaches the port and holds a key of the seed acts on the real
WorkOS with the real key.

What the flags stand for is described with the options of the same names of the
directive 'workos', which a Caddyfile has more of. Caddy's own log has warnings and
errors alone, unless --debug asks for more, and its admin endpoint, with metrics and
the operations of tests, is off unless --admin says where it is.`
	c.Example = `  caddy workos
  caddy workos -s seed.yaml -p 4200 --watch
  caddy workos --port 0 --json --ready-file workos.json
  WORKOS_API_KEY=sk_… caddy workos --upstream https://api.workos.com --authkit https://example.authkit.app
  caddy workos --fixtures ./recorded --mode replay
  caddy workos --login password --redirect-uri http://localhost:3000/callback
  caddy workos --issuer https://auth.example.com --audience client_01ENVIRONMENT --signing-key ./key.pem
  caddy workos --listen :4100 --test-api --access-log`
	c.Flags().SortFlags = false
	s.AddFlags(c.Flags(), serving.DefaultListen)
	c.Args = noArguments
	c.SetFlagErrorFunc(flagError) // of the commands below as well
	f := &foreground.Flags{}
	f.AddFlags(c.Flags())
	c.RunE = func(c *cobra.Command, _ []string) error { return foreground.Run(c, s, f) }
	c.AddCommand(execCommand(s.RouteOf), initCommand(), seedCommand(), tokenCommand(), fixturesCommand())
}
