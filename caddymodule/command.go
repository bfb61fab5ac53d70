package caddymodule

import (
	"time"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/emulator/duration"
)

func init() {
	caddycmd.RegisterCommand(caddycmd.Command{
		Name:      "workos",
		Usage:     "[--seed <file>] [--listen <addr>] [--upstream <url>] [--authkit <url>] [--fixtures <dir> [--mode <mode>]]",
		Short:     "Serves an emulated WorkOS, alone or mixed with the real one",
		CobraFunc: workosCommand,
	})
}

// workosCommand sets up `caddy workos` and what stands below it.
func workosCommand(c *cobra.Command) {
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
otherwise: whoever reaches the port and holds a key of the seed acts on the real
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
	flags.String("seed", "", "Seed file, YAML or JSON")
	flags.StringP("listen", "l", localhost+":4100", "Address to listen on; ':4100' is on all interfaces")
	flags.String("upstream", "", "Origin of the real REST API, such as https://api.workos.com")
	flags.String("authkit", "", "Origin of the real /oauth2/* and /.well-known/* (default: the upstream)")
	flags.String("fixtures", "", "Folder of recorded answers")
	flags.String("mode", "", "What is done with the fixtures: replay, record, once, fallback, verify or live")
	flags.String("public-url", "", "Where callers reach it, an origin that may have a path (default: where a request was sent)")
	flags.String("issuer", "", "iss claim of tokens, an origin (default: the public URL)")
	flags.String("audience", "", "aud claim of tokens, the client ID of your environment (default: the application's client_id)")
	flags.String("signing-key", "", "PEM file of the RSA key that signs tokens, or 'storage' for one in Caddy's storage (default: made at the start)")
	flags.Bool("test-api", false, "Let anybody reset the state and make requests fail, under /_emulate/")
	flags.String("admin", "", "Address of Caddy's admin endpoint (default: off)")
	flags.BoolP("access-log", "a", false, "Log each request")
	flags.BoolP("debug", "v", false, "Log verbosely")
	c.Args = noArguments
	c.SetFlagErrorFunc(flagError) // of the commands below as well
	c.RunE = func(c *cobra.Command, _ []string) error { return serve(c) }
	c.AddCommand(seedCommand(), tokenCommand(), fixturesCommand())
}

// stringFlag returns the value of a string flag.
func stringFlag(c *cobra.Command, name string) string {
	value, err := c.Flags().GetString(name)
	if err != nil {
		panic(err) // the name is not one of the command's flags
	}
	return value
}

// boolFlag tells whether a boolean flag is set.
func boolFlag(c *cobra.Command, name string) bool {
	value, err := c.Flags().GetBool(name)
	if err != nil {
		panic(err)
	}
	return value
}

// durationFlag is a flag that is written as the durations of a seed and of a Caddyfile are.
type durationFlag time.Duration

// Set reads the value.
func (f *durationFlag) Set(text string) error {
	parsed, err := duration.Parse(text)
	*f = durationFlag(parsed)
	return err
}

func (f *durationFlag) String() string {
	if *f == 0 {
		return "" // as the help is not to show it
	}
	return time.Duration(*f).String()
}

// Type is what the help calls the value.
func (*durationFlag) Type() string { return "duration" }

// durationOf returns the value of a flag of durations.
func durationOf(c *cobra.Command, name string) time.Duration {
	return time.Duration(*c.Flags().Lookup(name).Value.(*durationFlag))
}
