package command

import (
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/realkeys"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/fixture/redact"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
)

// redactionFlags are those that say what is secret, as the options of the same names of a configuration do.
type redactionFlags struct {
	names, keep []string
	emails      bool
}

func addRedactionFlags(flags *pflag.FlagSet) *redactionFlags {
	f := &redactionFlags{}
	flags.StringArrayVar(&f.names, "redact", nil, "Name of a member whose value is secret, as with the option 'redact'; repeatable")
	flags.StringArrayVar(&f.keep, "keep", nil, "Name of a member, or JSON pointer to one, whose value is not secret, as with the option 'keep'; repeatable")
	flags.BoolVar(&f.emails, "redact-email", false, "Take e-mail addresses for secret, as with the option 'redact_email'")
	return f
}

// redactor returns one for a folder that goes by the flags, and knows the key of the environment variable.
func (f *redactionFlags) redactor(library *fixture.Library) *redact.Redactor {
	return redact.New(redact.Options{Names: f.names, Keep: f.keep, Emails: f.emails, Secrets: secretsOfCommand, Salt: library.Salt})
}

// secretsOfCommand are those that a command knows: the real key, and what bears the mark of the emulator's own secrets.
func secretsOfCommand() []redact.Known {
	return []redact.Known{
		{Kind: "the real key", Set: realkeys.SetOf(strings.TrimSpace(os.Getenv(serving.RealKeyVariable)))},
		{Kind: "a secret of the emulator", Set: (&guard.Secrets{}).Set()},
	}
}
