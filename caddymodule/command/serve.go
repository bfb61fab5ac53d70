package command

import (
	"fmt"
	"io"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// serve runs `caddy workos` until it is interrupted.
func serve(c *cobra.Command, s *serving.Server) error {
	running, err := s.Start(c.Context())
	if err != nil {
		return err
	}
	caddy.TrapSignals()
	if running.Warning != "" {
		fmt.Fprintln(c.ErrOrStderr(), running.Warning)
	}
	announce(c.OutOrStdout(), running)
	select {}
}

// announce says where everything is.
func announce(w io.Writer, r *serving.Running) {
	base, s := r.BaseURL, r.Site
	fmt.Fprintf(w, "WorkOS listens on %s (%s)\n", base, r.Listening)
	fmt.Fprintf(w, "  emulated:  %s\n", strings.Join(emulator.Groups(), " "))
	fmt.Fprintf(w, "  seed:      %s\n", about(r))
	fmt.Fprintf(w, "  tokens:    POST %s/oauth2/token\n", base)
	fmt.Fprintf(w, "  keys:      GET %s/oauth2/jwks\n", base)
	if s.TestAPI {
		fmt.Fprintf(w, "  test API:  %s/_emulate/, for anybody\n", base)
	}
	if s.Fixtures != "" {
		fmt.Fprintf(w, "  fixtures:  %s, mode %s\n", option.Shown(s.Fixtures), option.Shown(s.Mode))
	}
	if s.Upstream != "" {
		with := "with the key of " + serving.RealKeyVariable
		switch {
		case s.UpstreamKey == "":
			with = "with callers' own keys only: " + serving.RealKeyVariable + " is not set"
		case !r.Seed.PassesKeysOn():
			with += ", for callers who hold it: no key of the seed stands for it (give apiKeys as a mapping, or mark a key upstream: true)"
		}
		fmt.Fprintf(w, "  upstream:  %s, %s\n", option.Shown(s.Upstream), with)
	}
	if s.AuthKit != "" {
		fmt.Fprintf(w, "  authkit:   %s\n", option.Shown(s.AuthKit))
	}
}

// about says what is in the seed, for people.
func about(r *serving.Running) string {
	switch {
	case r.Site.Seed != "":
		return r.Seed.Summary()
	case len(r.Site.AcceptKeys) == 0:
		return "nothing but the API key " + seed.DefaultKey + " (--seed gives more)"
	}
	return "nothing (--seed gives more)"
}
