package command

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

// ofApplication mints the token of an application.
func (t *tokenRequest) ofApplication(c *cobra.Command, options serving.Resolved, loaded *seed.Seed, seeded *store.Store, ttl time.Duration) (string, error) {
	if t.organization != "" {
		return "", errors.New("--organization: is for the token of a --user")
	}
	application, err := findApplication(loaded, seeded, t.clientID)
	if err != nil {
		return "", fmt.Errorf("--client-id: %w", err)
	}
	if ttl > 0 {
		application.TokenTTL = ttl
	}
	if options.Audience.Value != "" {
		application.Audience = options.Audience.Value
	}
	e, err := mintingEmulator(c, options, emulator.Options{Store: seeded})
	if err != nil {
		return "", err
	}
	defer e.Close()
	token, err := e.Mint(application, t.scope)
	if err != nil {
		scopes := make([]string, len(application.Scopes))
		for i, scope := range application.Scopes {
			scopes[i] = loaded.Shown(scope)
		}
		return "", fmt.Errorf("--client-id %s (type %s, scopes %q), --scope %s: %w",
			loaded.Shown(application.ClientID), application.Type, strings.Join(scopes, " "), option.Quoted(t.scope), err)
	}
	return token, nil
}

// anyClientID is the client ID of an environment that has none.
const anyClientID = "client_emulated"

// ofUser mints the token of a user.
func (t *tokenRequest) ofUser(c *cobra.Command, options serving.Resolved, _ *seed.Seed, seeded *store.Store, ttl time.Duration) (string, error) {
	switch {
	case t.scope != "":
		return "", errors.New("--scope: is for the token of an application: a user has the permissions of their roles")
	case options.Audience.Value != "" && options.Audience.Value != t.clientID:
		return "", errors.New("--audience: users' tokens have none, or their client ID: give the same --client-id")
	}
	e, err := mintingEmulator(c, options, emulator.Options{Store: seeded, UserTokenTTL: ttl, UserTokenAudience: options.Audience.Value != ""})
	if err != nil {
		return "", err
	}
	defer e.Close()
	signedIn, err := e.SignIn(t.user, cmp.Or(t.clientID, anyClientID), t.organization)
	if err != nil {
		return "", fmt.Errorf("--user: %w", err)
	}
	return signedIn.AccessToken, nil
}

// mintingEmulator returns an emulator that signs as the flags say.
func mintingEmulator(c *cobra.Command, options serving.Resolved, o emulator.Options) (*emulator.Emulator, error) {
	var err error
	if o.Key, err = tokenKey(c.Context(), options.SigningKey, c.ErrOrStderr()); err != nil {
		return nil, fmt.Errorf("--signing-key: %w", err)
	}
	o.Secrets, o.Issuer, o.PublicURL = &guard.Secrets{}, options.Issuer.Value, options.PublicURL.Value
	return emulator.New(o)
}
