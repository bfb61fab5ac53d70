// Package command has `caddy workos` and the commands below it.
//
// Package caddymodule registers them: it makes Caddy's handlers of what the flags say.
package command

import (
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/spf13/cobra"
)

// Register adds `caddy workos` to Caddy's commands. The function makes the route that `caddy workos` serves.
func Register(routeOf func(Site) (caddyhttp.Route, error)) {
	caddycmd.RegisterCommand(caddycmd.Command{
		Name:      "workos",
		Usage:     "[--seed <file>] [--listen <addr>] [--upstream <url>] [--authkit <url>] [--fixtures <dir> [--mode <mode>]]",
		Short:     "Serves an emulated WorkOS, alone or mixed with the real one",
		CobraFunc: func(c *cobra.Command) { setUp(c, &server{routeOf: routeOf}) },
	})
}

// setUp sets up `caddy workos` and the commands below it.
func setUp(c *cobra.Command, s *server) {
	c.Long = `
Serves WorkOS's machine-to-machine tokens, Connect applications, API keys,
organizations and users from a seed file, over plain HTTP and without a
Caddyfile. Without a seed there is nothing but the API key sk_test_default.

Everything else goes to --upstream, the real REST API, and --authkit, the real
/oauth2/* and /.well-known/*, where they are given, and is a 501 where they are
not. The API key of the real WorkOS comes from the environment variable
WORKOS_API_KEY: it is put into requests of callers with a key of the seed, and
callers may hold it themselves.

It listens on both loopback addresses of this machine, unless --listen says
otherwise: anyone who reaches the port and holds a key of the seed acts on the real
WorkOS with the real key.

What the flags stand for is described with the options of the same names of the
directive 'workos', which a Caddyfile has more of. Caddy's admin endpoint, with
metrics and the operations of tests, is off unless --admin says where it is.`
	c.Example = `  caddy workos --seed seed.yaml
  caddy workos --seed seed.yaml --listen localhost:4200 --issuer https://auth.example.com --audience client_01ENVIRONMENT
  caddy workos --seed seed.yaml --listen :4100
  WORKOS_API_KEY=sk_… caddy workos --seed seed.yaml --upstream https://api.workos.com --authkit https://example.authkit.app
  caddy workos --seed seed.yaml --fixtures ./fixtures --mode replay
  caddy workos --signing-key ./key.pem --test-api --access-log`
	flags := c.Flags()
	flags.StringVar(&s.Seed, "seed", "", "Seed file, YAML or JSON")
	flags.StringVarP(&s.listen, "listen", "l", localhost+":4100", "Address to listen on; ':4100' is on all interfaces")
	flags.StringVar(&s.Upstream, "upstream", "", "Origin of the real REST API, such as https://api.workos.com")
	flags.StringVar(&s.AuthKit, "authkit", "", "Origin of the real /oauth2/* and /.well-known/* (default: the upstream)")
	flags.StringVar(&s.Fixtures, "fixtures", "", "Folder of recorded answers")
	flags.StringVar(&s.Mode, "mode", "", "What is done with the fixtures: replay, record, once, fallback, verify or live")
	flags.StringVar(&s.PublicURL, "public-url", "", "Where callers reach it, an origin that may have a path (default: where a request was sent)")
	flags.StringVar(&s.Issuer, "issuer", "", "iss claim of tokens, an origin (default: the public URL)")
	flags.StringVar(&s.Audience, "audience", "", "aud claim of tokens, the client ID of your environment (default: the application's client_id)")
	flags.StringVar(&s.SigningKey, "signing-key", "", "PEM file of the RSA key that signs tokens, or 'storage' for one in Caddy's storage (default: made at the start)")
	flags.BoolVar(&s.TestAPI, "test-api", false, "Let anybody reset the state and make requests fail, under /_emulate/")
	flags.StringVar(&s.admin, "admin", "", "Address of Caddy's admin endpoint (default: off)")
	flags.BoolVarP(&s.accessLog, "access-log", "a", false, "Log each request")
	flags.BoolVarP(&s.debug, "debug", "v", false, "Log verbosely")
	c.Args = noArguments
	c.SetFlagErrorFunc(flagError) // of the commands below as well
	c.RunE = func(c *cobra.Command, _ []string) error { return s.serve(c) }
	c.AddCommand(seedCommand(), tokenCommand(), fixturesCommand())
}
