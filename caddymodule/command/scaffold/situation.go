// Package scaffold writes the files that somebody begins with: a seed and a Caddyfile with comments, for a situation.
package scaffold

import "embed"

// Situation is what the files are for.
type Situation struct {
	Name  string
	About string // what they make, without a full stop
	// Next are the commands that come next, each with what it does.
	Next []Step
	// Notes are what else to know, a sentence each.
	Notes []string

	secret []string // files with a secret that was made for them
}

// Step is a command, and what it does.
type Step struct{ Command, About string }

// Situations are all of them. The first is the default.
func Situations() []Situation {
	return []Situation{
		{
			Name: "alone", About: "WorkOS emulated from the seed, with nothing behind it",
			Next: []Step{
				{"caddy run", "serves on http://localhost:4100"},
				{"curl -u client_local_backend:secret_local_backend -d grant_type=client_credentials http://localhost:4100/oauth2/token", "gets a token"},
				{"caddy workos token --user bob@acme.example --seed seed.yaml --decode", "shows the token that a user gets who signs in"},
				{"caddy workos exec -- npm test", "runs tests against it, without a server of your own"},
			},
		},
		{
			Name: "replay", About: "WorkOS emulated from the seed, and recordings for all else, as tests in CI need it",
			Next: []Step{
				{"caddy run", "serves on http://localhost:4100"},
				{"curl -H 'Authorization: Bearer sk_test_local' http://localhost:4100/directory_groups", "gets the answer of a fixture"},
				{"WORKOS_API_KEY=sk_test_… caddy run --config Caddyfile.record", "records what the real WorkOS answers"},
				{"caddy workos exec --fail-on miss -- npm test", "runs tests in CI, and fails where a recording is missing"},
			},
			Notes: []string{"Commit fixtures with the file .salt in it, which comes with the first recording."},
		},
		{
			Name: "mixed", About: "the seed beside the real WorkOS of a staging environment",
			Next: []Step{
				{"echo seed.yaml >> .gitignore", "keeps the key that was made for you out of git"},
				{"WORKOS_API_KEY=sk_test_… caddy run", "serves on http://localhost:4100"},
			},
			Notes: []string{"Backends use the key in seed.yaml, and Caddy puts the one of WORKOS_API_KEY in its place."},

			secret: []string{"seed.yaml"},
		},
	}
}

// Names are those of all situations.
func Names() []string {
	var names []string
	for _, s := range Situations() {
		names = append(names, s.Name)
	}
	return names
}

// templates has a folder for each situation.
//
//go:embed all:templates
var templates embed.FS
