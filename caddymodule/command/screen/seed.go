package screen

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/caddymodule/command/text"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/printable"
)

const (
	// maxKeys and maxClients are how many of them are shown.
	maxKeys    = 3
	maxClients = 3
	// maxName is how long a name of the seed is on the screen, and maxPath how long the path of a file is.
	maxName = 26
	maxPath = 40
)

// seedRows say from which file there is what.
func seedRows(r *serving.Running) []row {
	switch {
	case r.Site.Seed != "" && len(r.Found.OtherSeeds) > 0:
		return []row{
			{"seed", fileOf(r) + ": " + r.Seed.Summary()},
			{"", "(" + strings.Join(r.Found.OtherSeeds, ", ") + " is there too, and not read: --seed says which)"},
		}
	case r.Site.Seed != "":
		return []row{{"seed", fileOf(r) + ": " + r.Seed.Summary()}}
	}
	return []row{{"seed", "none: give one with --seed, or name it " + serving.SeedNames[len(serving.SeedNames)-1]}}
}

func fileOf(r *serving.Running) string { return printable.Line(option.Shown(r.Site.Seed), maxPath) }

// credentialRows show what a backend may hold. Only what this repository publishes is shown in full.
func credentialRows(r *serving.Running) (rows []row) {
	held := r.Credentials()
	var keys []string
	for _, key := range held.Keys {
		keys = append(keys, printable.Line(key.Shown, maxName))
	}
	switch {
	case len(keys) > 0:
		rows = append(rows, row{"API key", text.List(keys, maxKeys)})
	case r.Site.UpstreamKey != "":
		rows = append(rows, row{"API key", "the one of " + serving.RealKeyVariable})
	default:
		rows = append(rows, row{"API key", "none of the environment is in the seed: write them as a mapping below apiKeys"})
	}
	name := "client"
	for i, client := range held.Clients {
		if i == maxClients {
			return append(rows, row{"", fmt.Sprintf("and %d more", len(held.Clients)-maxClients)})
		}
		rows = append(rows, row{name, clientOf(client)})
		name = ""
	}
	return rows
}

// clientOf is what there is to say of a client: its client_id, its secret as far as it may be shown, its name, and what it is for.
func clientOf(c serving.Client) string {
	return fmt.Sprintf("%s with the secret %s (%s, %s)", printable.Line(c.ID, maxName), cmp.Or(printable.Line(c.Shown, maxName), "of the seed"),
		printable.Line(c.Name, maxName), c.Type)
}
