package seed

import (
	"slices"
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

// HeldKey is an API key that a backend may hold to call the API with: one of the environment, or a customer's that stands for the
// real key and whose value the file pins.
type HeldKey struct {
	Value string // secret
	// StandsForReal tells whether requests that hold the key go on with the real key in its place.
	StandsForReal bool
	// BuiltIn marks the [DefaultKey] of a file without apiKeys, which exists only while no other key is configured.
	BuiltIn bool
	// Customer marks the key of a customer.
	Customer bool
	// ExpiresAt is zero for never.
	ExpiresAt time.Time
}

// HeldKeys returns the keys that a backend may hold, in the order of the file.
func (s *Seed) HeldKeys() []HeldKey { return slices.Clone(s.held) }

// hold notes an environment key, with its value, which its row does not have.
func (k *environmentKey) hold(r *resolver, made *seeded[store.EnvironmentKey]) {
	row := made.row
	r.seed.held = append(r.seed.held, HeldKey{
		Value: k.value.Value, StandsForReal: !row.LocalOnly, BuiltIn: row.BuiltIn, ExpiresAt: row.ExpiresAt,
	})
}

// hold notes the key of a customer, if it may go on.
func (k *apiKey) hold(r *resolver, made *seeded[store.APIKey]) {
	if k.value.Set && made.row.Upstream {
		r.seed.held = append(r.seed.held, HeldKey{Value: k.value.Value, StandsForReal: true, Customer: true, ExpiresAt: made.row.ExpiresAt})
	}
}

// Client is a Connect application of the file, as a client of the token endpoint.
type Client struct {
	ClientID, Name string
	Type           store.ApplicationType
	Audience       string // empty for the configured one
	Scopes         []string
	// Secrets are what is known of its client secrets. A secret that the file leaves out is not among them: it is made at random
	// when the seed is applied.
	Secrets []ClientSecret
}

// ClientSecret is what is known of a client secret.
type ClientSecret struct {
	Digest store.Digest
	Hint   string // the last characters, which may be shown; empty for a short secret
}

// Clients returns the Connect applications of the file, in its order.
func (s *Seed) Clients() []Client {
	secrets := map[string][]ClientSecret{}
	for _, secret := range clientSecrets.of(s) {
		if row := secret.row; !row.RandomSecret {
			secrets[row.ApplicationID] = append(secrets[row.ApplicationID], ClientSecret{row.Digest, row.Hint})
		}
	}
	var clients []Client
	for _, application := range applications.of(s) {
		row := application.row
		clients = append(clients, Client{
			ClientID: row.ClientID, Name: row.Name, Type: row.Type, Audience: row.Audience, Scopes: row.Scopes, Secrets: secrets[row.ID],
		})
	}
	return clients
}
