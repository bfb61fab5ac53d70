package execute

import (
	"crypto/rand"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
)

// emulatedClient is the client ID of an environment that has no applications, as the WorkOS emulator's commands set it.
const emulatedClient = "client_emulated"

// Key is the API key that a command is given.
type Key struct {
	Value string
	// Made tells whether it was made for this run, so that the server has to be told to accept it.
	Made bool
}

// ChooseKey returns the key for a command: one of the seed, which stands for the real key where there is an upstream. The
// inherited key is the real one: it is given to the command only where there is an upstream and no other key stands for it.
func ChooseKey(c serving.Credentials, s serving.Site, inherited string) (Key, error) {
	if s.Upstream != "" {
		for _, key := range c.Keys {
			if key.StandsForReal {
				return Key{Value: key.Value}, nil
			}
		}
		if s.UpstreamKey != "" {
			return Key{Value: inherited}, nil // the server accepts it
		}
	}
	if len(c.Keys) > 0 {
		return Key{Value: c.Keys[0].Value}, nil
	}
	made, err := credential.NewAPIKey(rand.Reader)
	return Key{Value: made, Made: true}, err
}

// ChooseClient returns the client ID of the environment: the one that flags say, or else the inherited one, or what the first
// application of the seed says.
func ChooseClient(c serving.Credentials, given, inherited string) string {
	switch {
	case given != "":
		return given
	case inherited != "":
		return inherited
	case len(c.Clients) == 0:
		return emulatedClient
	case c.Clients[0].Audience != "":
		return c.Clients[0].Audience
	}
	return c.Clients[0].ID
}
