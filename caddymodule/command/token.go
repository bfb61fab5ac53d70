package command

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/instance"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/signingkey"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

// tokenCommand is `caddy workos token`.
func tokenCommand() *cobra.Command {
	c := newCommand(`token --client-id <id> | --user <email> --seed <file> [--scope <scopes>] [--signing-key <file>] [--issuer <url> | --public-url <url>] [--audience <id>] [--ttl <duration>] [--decode]
Mints an access token for an application or a user of a seed file

Mints the access token that the token endpoint would give an application of the
seed file, or that a login would give a user, and prints it. Services accept it that
trust the signing key and the issuer: give those of the running server. No server
knows the session of a user's token, and none refreshes it.
Examples:
  caddy workos token --client-id client_local_backend --seed seed.yaml --signing-key ./key.pem
  caddy workos token --client-id client_local_backend --seed seed.yaml --scope "posts:read posts:write" --ttl 5m --decode
  caddy workos token --user jane@acme.example --organization org_ACME --seed seed.yaml --signing-key ./key.pem --decode
  curl -H "Authorization: Bearer $(caddy workos token --client-id client_local_backend --seed seed.yaml --signing-key storage)" http://localhost:8080/`, noArguments)
	t := &tokenRequest{}
	c.RunE = func(c *cobra.Command, _ []string) error { return t.mint(c) }
	flags := c.Flags()
	flags.StringVar(&t.clientID, "client-id", "", "client_id of the application; with --user, the client ID of the environment")
	flags.StringVar(&t.user, "user", "", "Address of a user, in the place of an application")
	flags.StringVar(&t.organization, "organization", "", "Id of the organization of a user's token (default: the only one of the user, or none)")
	flags.StringVar(&t.scope, "scope", "", "Scopes, separated by spaces (default: all of the application's)")
	flags.StringVar(&t.Seed, "seed", "", "Seed file that holds the application")
	flags.StringVar(&t.SigningKey, "signing-key", "", "PEM file of the RSA key, or 'storage' for the one that 'caddy workos --signing-key storage' uses (default: one made up)")
	flags.StringVar(&t.Issuer, "issuer", "http://localhost:4100", "iss claim, an origin")
	flags.StringVar(&t.PublicURL, "public-url", "", "Public URL of a server without an issuer, which is the iss claim then, with its path")
	flags.StringVar(&t.Audience, "audience", "", "aud claim (default: the application's audience, or else its client_id)")
	flags.Var(&t.ttl, "ttl", "Lifetime in whole seconds, such as 300, 5m or 1d (default: the application's token_ttl, or else 1h; of a user's token, 5m)")
	flags.BoolVar(&t.decode, "decode", false, "Print the token with its header and claims, as JSON")
	return c
}

// tokenRequest is the token that the flags ask for.
type tokenRequest struct {
	serving.Site
	clientID, scope string
	user            string // an address
	organization    string // an id
	ttl             serving.DurationFlag
	decode          bool
}

// mint prints the token.
func (t *tokenRequest) mint(c *cobra.Command) error {
	site := serving.Site{Issuer: t.Issuer, PublicURL: t.PublicURL, Audience: t.Audience, SigningKey: t.SigningKey}
	if site.PublicURL != "" && !c.Flags().Changed("issuer") {
		site.Issuer = ""
	}
	options, err := site.Resolve()
	switch {
	case err != nil:
		return err
	case options.PublicURL.Value != "" && options.Issuer.Value != "":
		return errors.New("--public-url: is for a server without an --issuer, which is given too")
	case options.PublicURL.Value != "":
	case options.Issuer.Value == "":
		return errors.New("--issuer: is required: an origin such as https://auth.example.com")
	}
	if err := t.ttl.Check("ttl", c.Flags().Changed); err != nil {
		return err
	}
	loaded, seeded, err := seededStore(t.Seed)
	if err != nil {
		return err
	}
	mint := t.ofApplication
	if t.user != "" {
		mint = t.ofUser
	}
	token, err := mint(c, options, loaded, seeded, time.Duration(t.ttl))
	if err != nil {
		return err
	}
	if t.decode {
		return printDecoded(c.OutOrStdout(), token)
	}
	_, err = fmt.Fprintln(c.OutOrStdout(), token)
	return err
}

// seededStore is a seed, and what the server would hold at its start.
func seededStore(path string) (*seed.Seed, *store.Store, error) {
	if path == "" {
		return nil, nil, errors.New("--seed: give the seed file that holds the application")
	}
	loaded, err := serving.LoadSeed(path)
	if err != nil {
		return nil, nil, err
	}
	seeded := store.New()
	return loaded, seeded, seeded.Update(func(tx *store.Txn) error {
		_, err := loaded.Apply(tx, time.Now(), rand.Reader)
		return err
	})
}

// findApplication finds an application by its client_id, or says which ones there are, as the seed file has them.
func findApplication(loaded *seed.Seed, seeded *store.Store, clientID string) (store.Application, error) {
	view := seeded.View()
	if application, ok := view.ApplicationByClientID(clientID); ok {
		return application, nil
	}
	var known []string
	for _, application := range store.Applications.All(view) {
		known = append(known, loaded.Shown(application.ClientID))
	}
	nearest, likely := seed.Nearest(clientID, known)
	switch {
	case len(known) == 0:
		return store.Application{}, errors.New("the seed holds no connectApplications")
	case clientID == "":
		return store.Application{}, fmt.Errorf("is required; the seed holds %s", enumerate(known))
	case likely:
		return store.Application{}, fmt.Errorf("no application of the seed has %s; did you mean %q?", option.Quoted(clientID), nearest)
	}
	return store.Application{}, fmt.Errorf("no application of the seed has %s; it holds %s", option.Quoted(clientID), enumerate(known))
}

// enumerate lists names, as many as fit a message.
func enumerate(names []string) string {
	const most = 10
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

// tokenKey is the key that the option asks for. Without one it makes one up, and says so.
func tokenKey(ctx context.Context, o option.Option, stderr io.Writer) (*oauth.SigningKey, error) {
	switch o.Value {
	case "":
		fmt.Fprintln(stderr, "No --signing-key is given: the token is signed with a key that was made up for it, and no server's JWKS verifies it.")
		return oauth.GenerateKey()
	case signingkey.InStorage:
		key, err := signingkey.Load(ctx, caddy.DefaultStorage, option.Option{Text: instance.Default, Value: instance.Default})
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("storage: there is no key in %s yet: 'caddy workos --signing-key storage' makes it", caddy.DefaultStorage.Path)
		}
		return key, err
	}
	return signingkey.Read(o)
}

// printDecoded prints a token and what is in it.
func printDecoded(w io.Writer, token string) error {
	decoded := struct {
		Token  string          `json:"token"`
		Header json.RawMessage `json:"header"`
		Claims json.RawMessage `json:"claims"`
	}{Token: token}
	parts := strings.Split(token, ".")
	for i, into := range []*json.RawMessage{&decoded.Header, &decoded.Claims} {
		part, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			return fmt.Errorf("decode the token: %w", err)
		}
		*into = part
	}
	return printJSON(w, decoded)
}
