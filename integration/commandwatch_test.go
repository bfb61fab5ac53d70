package integration

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestWatchFollowsTheSeed through edits of each kind.
func TestWatchFollowsTheSeed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	seed := filepath.Join(dir, "seed.yaml")
	of := func(names ...string) string {
		text := "apiKeys:\n  sk_test_local: {environment: test}\norganizations:\n"
		for _, name := range names {
			text += "  - name: " + name + "\n"
		}
		return text
	}
	write(t, seed, of("One"))
	s := startScreen(t, dir, nil, "--watch")
	if answer := s.do(t, http.MethodPost, "/organizations", `{"name":"Made"}`); answer.status != http.StatusCreated {
		t.Fatal(answer.status, answer.body)
	}
	serves := func(want string) {
		t.Helper()
		eventually(t, want, func() bool {
			return fmt.Sprint(slices.Sorted(slices.Values(s.names(t, "/organizations")))) == want
		})
	}
	serves("[Made One]")
	write(t, seed, of("One", "Two"))
	s.waitFor("the edit", "seed.yaml is read again: 2 organizations")
	serves("[Made One Two]")

	write(t, seed, of("One")+"organisations: []\n")
	s.waitFor("what is wrong", `seed.yaml:5:1: organisations: unknown field "organisations"; did you mean "organizations"?`)
	serves("[Made One Two]")

	write(t, seed+".new", of("One", "Three"))
	if err := os.Rename(seed+".new", seed); err != nil {
		t.Fatal(err)
	}
	serves("[Made One Three]")

	if err := os.Remove(seed); err != nil {
		t.Fatal(err)
	}
	s.waitFor("that it is gone", "seed.yaml is gone")
	serves("[Made One Three]")
	write(t, seed, of("Four"))
	serves("[Four Made]")

	write(t, seed, of("Made")) // which was made at run time
	s.waitFor("the last edit", "1 organization, 1 environment key\n")
	if s.Err.String() != "" {
		t.Errorf("Caddy's log has %s", s.Err)
	}
}

// TestWatchOutlivesWhatIsNoFile in the place of the seed, such as a pipe that nothing is written to.
func TestWatchOutlivesWhatIsNoFile(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		lacks(t, "there is no mkfifo")
	}
	dir := t.TempDir()
	seed := filepath.Join(dir, "seed.yaml")
	write(t, seed, "organizations: [{name: One}]")
	s := startScreen(t, dir, nil, "--watch")
	if err := errors.Join(os.Remove(seed), exec.CommandContext(t.Context(), "mkfifo", seed).Run()); err != nil {
		t.Fatal(err)
	}
	s.waitFor("the pipe", "seed.yaml: it is not a regular file")
	if err := os.Remove(seed); err != nil {
		t.Fatal(err)
	}
	write(t, seed, "organizations: [{name: Two}, {name: Three}]")
	s.waitFor("the file", "seed.yaml is read again: 2 organizations")
}

// TestWatchWaitsForASeed that is not there at the start.
func TestWatchWaitsForASeed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := startScreen(t, dir, nil, "--watch")
	write(t, filepath.Join(dir, "workos-emulate.config.json"), `{"apiKeys": {"sk_test_local": {}}, "organizations": [{"name": "Late"}]}`)
	s.waitFor("the seed", "workos-emulate.config.json is read again: 1 organization")
	if names := fmt.Sprint(s.names(t, "/organizations")); names != "[Late]" {
		t.Errorf("there are %s", names)
	}
}

// TestWatchFollowsTheSigningKey, and the tokens of the one before stay good.
func TestWatchFollowsTheSigningKey(t *testing.T) {
	t.Parallel()
	dir := exampleFolder(t)
	key := filepath.Join(dir, "key.pem")
	newKeyFile(t, key)
	s := startScreen(t, dir, nil, "--watch", "--signing-key", "key.pem", "--issuer", replicaIssuer)
	token := s.token(t)
	newKeyFile(t, key)
	s.waitFor("the key", "key.pem is read again")
	another := s.token(t)
	if kid(another) == kid(token) || !s.activeAt(t, token) || !s.activeAt(t, another) {
		t.Error("the key is the old one, or its tokens are not good any more")
	}
	write(t, key, "-----BEGIN PRIVATE KEY-----\nbroken\n-----END PRIVATE KEY-----\n")
	s.waitFor("what is wrong with it", "--signing-key: ")
	if kid(s.token(t)) != kid(another) {
		t.Error("the key has changed")
	}
}

// TestWatchTellsOfFixtures: they are read for each request, so that nothing is reloaded.
func TestWatchTellsOfFixtures(t *testing.T) {
	t.Parallel()
	dir := exampleFolder(t)
	copyFolder(t, "../fixtures.example", filepath.Join(dir, "fixtures"))
	const organization = "organization_id=org_01JQ8ZVXTN4M7K2DPC5W9RHEAB"
	file := filepath.Join(dir, "fixtures", "GET", "directories", organization+".json")
	recorded, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	s := startScreen(t, dir, nil, "--watch")
	if answer := s.do(t, http.MethodGet, "/directories?"+organization, ""); answer.status != http.StatusNotImplemented {
		t.Fatal(answer.status, answer.body)
	}
	write(t, file, string(recorded))
	s.waitFor("the new one", "1 file of ./fixtures changed")
	if answer := s.do(t, http.MethodGet, "/directories?"+organization, ""); answer.status != http.StatusOK || answer.source() != "fixture" {
		t.Error(answer.status, answer.body)
	}
	write(t, file, `{"request": `)
	s.waitFor("what is wrong", organization+".json:1: ")
	if strings.Contains(s.Out.String(), "read again") {
		t.Error("it was reloaded")
	}
}
