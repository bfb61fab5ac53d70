package command

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/screen"
	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/secrettest"
)

// TestNoSecretInErrorsOfCommands gives each flag of each command each of the values, and as what follows a flag.
func TestNoSecretInErrorsOfCommands(t *testing.T) {
	commands := map[string][]string{
		"":      {"listen", "upstream", "authkit", "issuer", "audience", "signing-key", "admin", "login", "create-local", "client-id", "redirect-uri", "sign-out-redirect", "cors-origin", "user-token-ttl", "user-token-audience", "session-ttl", "seed", "fixtures", "mode", "port", "test-api", "access-log", "debug", "json", "watch", "ready-file", "version"},
		"token": {"client-id", "user", "organization", "scope", "seed", "signing-key", "issuer", "audience", "ttl", "decode"},
		"seed":  {"x"}, "seed check": {"x"}, "fixtures": {"x"}, "fixtures list": {"x"}, "fixtures show": {"x"}, "fixtures check": {"redact-email"},
		"fixtures prune": {"report", "address", "instance", "dry-run"}, "fixtures import": {"host", "base-url", "times", "match-header", "ignore-body"},
		"fixtures export": {"base-url"}, "fixtures report": {"fail-on", "format", "instance"},
	}
	for kind, secret := range secrettest.Values(t) {
		if strings.Contains(secret, "\x00") {
			continue
		}
		t.Setenv("SECRET_OF_THE_TEST", secret)
		const placeholder = "{env.SECRET_OF_THE_TEST}"
		for command, flags := range commands {
			var given [][]string
			for _, flag := range flags {
				given = append(given, []string{"--" + flag + "=" + placeholder})
				if flag == "fixtures" {
					given[len(given)-1] = append(given[len(given)-1], "--mode=replay")
				}
				if flag == "mode" {
					given[len(given)-1] = append(given[len(given)-1], "--fixtures=.")
				}
				if option.Shown(secret) != secret {
					given = append(given, []string{"--" + flag + "=" + secret})
				}
			}
			if option.Shown(secret) != secret {
				for _, word := range append(strings.Fields(secret), secret) {
					if len(word) <= option.MaxWord && word != secret {
						continue // may be any word
					}
					given = append(given, []string{"--" + word}, []string{"-" + word}, []string{"-s" + word})
					if word == secret || !strings.Contains(command, " ") { // what wants a path may say which one it was given
						given = append(given, []string{word})
					}
				}
			}
			for _, args := range given {
				said := runInProcess(t, append(strings.Fields(command), args...))
				if piece := secrettest.PieceOf(secret, said); piece != "" {
					t.Errorf("%s as %.60q of %q: %q is in %s", kind, args, command, piece, said)
				}
			}
		}
	}
}

// runInProcess runs a command that is about to fail, and returns all that it says.
func runInProcess(t *testing.T, args []string) string {
	t.Helper()
	c := &cobra.Command{Use: "workos", SilenceUsage: true}
	s := &serving.Server{}
	setUp(c, s)
	c.SetContext(t.Context())
	c.RunE = func(c *cobra.Command, _ []string) error { // what comes before Caddy runs
		running, err := s.Prepare()
		if err != nil {
			return err
		}
		if err := (screen.Style{}).Banner(c.OutOrStdout(), running); err != nil {
			return err
		}
		_, err = c.OutOrStdout().Write(screen.JSON(running))
		return err
	}
	var said bytes.Buffer
	c.SetArgs(args)
	c.SetOut(&said)
	c.SetErr(&said)
	c.SetIn(io.NopCloser(strings.NewReader("")))
	if err := c.Execute(); err != nil {
		said.WriteString(err.Error())
	}
	return said.String()
}
