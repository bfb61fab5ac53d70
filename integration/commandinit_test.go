package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/scaffold"
)

// TestInitWritesWhatRuns writes the files of each situation, validates each Caddyfile, serves by the first one, and runs the commands
// that init says come next.
func TestInitWritesWhatRuns(t *testing.T) {
	t.Parallel()
	for _, s := range scaffold.Situations() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if said, stderr, err := run(t, nil, "", "workos", "init", s.Name, "--dir", dir); err != nil || !strings.Contains(said, "  caddy run\n") && !strings.Contains(said, " caddy run\n") {
				t.Fatalf("%v: %s%s", err, said, stderr)
			}
			port := freePort(t)
			env := []string{fmt.Sprintf("CADDY_ADMIN=127.0.0.1:%d", freePort(t)), "WORKOS_API_KEY=sk_test_real"}
			caddyfiles, err := filepath.Glob(filepath.Join(dir, "Caddyfile*"))
			if err != nil || len(caddyfiles) == 0 {
				t.Fatalf("%v, %v", caddyfiles, err)
			}
			for _, file := range caddyfiles {
				write(t, file, withPort(t, file, port))
				validate := exec.Command(binary, "validate", "--config", filepath.Base(file))
				validate.Dir, validate.Env = dir, environment(t, env...)
				if said, err := validate.CombinedOutput(); err != nil {
					t.Errorf("%s: %v: %s", file, err, said)
				}
			}
			if _, said, err := run(t, nil, "", "workos", "seed", "check", filepath.Join(dir, "seed.yaml")); err != nil || said != "" {
				t.Errorf("the seed: %v: %s", err, said)
			}
			p := startCommandIn(t, dir, env, "run")
			p.URL = fmt.Sprintf("http://localhost:%d", port)
			p.waitUntilReady()
			for _, step := range s.Next {
				if strings.HasPrefix(step.Command, "curl ") {
					command := strings.ReplaceAll(step.Command, "http://localhost:4100", p.URL) + " --fail --silent --show-error"
					if said, err := exec.Command("bash", "-c", command).CombinedOutput(); err != nil {
						t.Errorf("%s: %v: %s", command, err, said)
					}
				}
			}
			if s.Name == "mixed" {
				secret := pinnedIn(t, filepath.Join(dir, "seed.yaml"), "client_secret: ")
				form := "grant_type=client_credentials&client_id=client_local_backend&client_secret=" + secret
				status, source, said := ask(t, "POST", p.URL+"/oauth2/token", "", "application/x-www-form-urlencoded", form)
				if status != 200 || source != "emulator" {
					t.Errorf("with the secret that was made: %d from %s: %s", status, source, said)
				}
			}
			p.stop()
		})
	}
}

// pinnedIn is the value in a file after a field's name.
func pinnedIn(t *testing.T, path, field string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(text), field)
	value, _, _ := strings.Cut(after, "\n")
	if !found || value == "" {
		t.Fatalf("%s has no %s", path, field)
	}
	return value
}
