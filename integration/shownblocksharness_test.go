package integration

import (
	"slices"
	"testing"
)

// TestCommandsOfABlock: comments and empty lines are none, and a backslash goes on in the next line.
func TestCommandsOfABlock(t *testing.T) {
	t.Parallel()
	got := commandsOf("# a comment\ncaddy run\n\ncurl a \\\n  -d b\n")
	if want := []string{"caddy run", "curl a -d b"}; !slices.Equal(got, want) {
		t.Errorf("the commands are %q, want %q", got, want)
	}
}

// TestWhichCommandsServe: only those that go on are left running.
func TestWhichCommandsServe(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]bool{
		"caddy workos":                                true,
		"caddy workos --seed seed.yaml":               true,
		"./caddy workos -p 4100":                      true,
		"go run -v ./cmd/caddy workos --seed a":       true,
		"WORKOS_FIXTURES=replay caddy run --config a": true,
		"caddy run":                                      true,
		"caddy workos exec -- npm test":                  false,
		"caddy workos seed check seed.yaml":              false,
		"caddy workos fixtures list ./fixtures":          false,
		"caddy validate --config Caddyfile":              false,
		"curl http://localhost:4100/health caddy run":    false,
		"echo caddy workos":                              false,
		"caddy workos token --seed a --client-id client": false,
	} {
		if got := serves.MatchString(command); got != want {
			t.Errorf("%q serves: %v, want %v", command, got, want)
		}
	}
}

// TestMasksHideWhatVaries: two runs are alike, and what is not alike still differs.
func TestMasksHideWhatVaries(t *testing.T) {
	t.Parallel()
	one := "14:02:31 POST /oauth2/token 200 emulator 1ms http://localhost:4100 (127.0.0.1:4100 and [::1]:4100) WORKOS_API_PORT=4100 port: 4100 eyJhbGciOi.eyJpc3M.x conn_01JQ8ZVXTN4M7K2DPC5W9RHEAB"
	two := "09:00:00 POST /oauth2/token 200 emulator 12ms http://localhost:35917 (127.0.0.1:35917 and [::1]:35917) WORKOS_API_PORT=35917 port: 35917 eyJ0… conn_01M8DG6AGNMPXK5000Y6X9QQVX"
	if masked(one) != masked(two) {
		t.Errorf("%s\n%s", masked(one), masked(two))
	}
	if masked("POST /oauth2/token 200 emulator") == masked("POST /oauth2/token 401 emulator") {
		t.Error("the status is masked")
	}
}
