package serving

import (
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

// The keys and the client secret that this repository publishes, in its examples. Nothing else is shown in full.
var (
	publishedKeys    = []string{seed.DefaultKey, "sk_test_local"}
	publishedSecrets = map[string]string{"client_local_backend": "secret_local_backend"} // by client_id
)

// Credentials are what a backend may hold: it calls the API with a key, and exchanges the secret of a client for a token.
type Credentials struct {
	// Keys are those that have not expired, in the order of the seed: of the environment, or else of customers, of which only
	// those are here that stand for the real key.
	Keys []Key
	// Clients are the Connect applications of the seed, in its order.
	Clients []Client
}

// Key is an API key.
type Key struct {
	Value string // a secret, unless it is Published
	Shown string // Value where it is Published, else as WorkOS obfuscates it
	// Published tells whether it is a key of this repository's examples.
	Published bool
	// StandsForReal tells whether requests that hold it go on to the upstream with the real key.
	StandsForReal bool
	// BuiltIn tells whether it is [seed.DefaultKey], without being in a seed.
	BuiltIn bool
}

// Client is a Connect application.
type Client struct {
	ID, Name string
	Type     store.ApplicationType
	Audience string // of its tokens; empty for the configured one
	Scopes   []string
	// Secret is its client secret where that is [Client.Published], else empty.
	Secret string
	// Shown is Secret, or how the first secret ends; empty where nothing is to be shown of it.
	Shown string
	// Published tells whether the secret is that of this repository's examples.
	Published bool
}

// Credentials returns what the seed has, and the built-in key where that exists.
func (r *Running) Credentials() Credentials {
	var c Credentials
	for _, key := range r.Seed.HeldKeys() {
		isGone := key.BuiltIn && len(r.Site.AcceptKeys) > 0 || !key.ExpiresAt.IsZero() && !time.Now().Before(key.ExpiresAt)
		if !isGone {
			c.Keys = append(c.Keys, keyOf(key))
		}
	}
	for _, client := range r.Seed.Clients() {
		c.Clients = append(c.Clients, clientOf(client))
	}
	return c
}

func keyOf(held seed.HeldKey) Key {
	k := Key{Value: held.Value, Shown: credential.Obfuscate(held.Value), StandsForReal: held.StandsForReal, BuiltIn: held.BuiltIn}
	for _, published := range publishedKeys {
		if held.Value == published {
			k.Published, k.Shown = true, published
		}
	}
	return k
}

func clientOf(c seed.Client) Client {
	client := Client{ID: c.ClientID, Name: c.Name, Type: c.Type, Audience: c.Audience, Scopes: c.Scopes}
	published, ok := publishedSecrets[c.ClientID]
	for i, secret := range c.Secrets {
		if ok && secret.Digest == store.DigestOf(published) {
			client.Published, client.Secret, client.Shown = true, published, published
			break
		}
		if i == 0 && secret.Hint != "" {
			client.Shown = "..." + secret.Hint
		}
	}
	return client
}
