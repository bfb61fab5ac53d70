package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// workflow is a workflow of GitHub Actions, as far as it is run here.
type workflow struct {
	Jobs map[string]struct {
		Env   map[string]string
		Steps []workflowStep
	}
}

type workflowStep struct {
	Name, Uses, Run  string
	WorkingDirectory string `yaml:"working-directory"`
}

// TestExampleWorkflow runs the steps of the workflow in a copy of examples/, with the binary in the place of the one that
// it builds: so the seed and the fixtures are checked, and the Go and the Node test run against the Caddyfile.
func TestExampleWorkflow(t *testing.T) {
	t.Parallel()
	if _, err := nodeVersion(); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "examples")
	if err := os.CopyFS(folder, os.DirFS("../examples")); err != nil {
		t.Fatal(err)
	}
	var example workflow
	readYAML(t, "../examples/.github/workflows/test.yml", &example)
	job := example.Jobs["test"]
	port := freePort(t)
	caddyfile := filepath.Join(folder, "node", "Caddyfile")
	write(t, caddyfile, withPort(t, caddyfile, port))
	env := stepEnvironment(t)
	for name, value := range job.Env {
		env = append(env, name+"="+strings.Replace(value, ":4100", fmt.Sprintf(":%d", port), 1))
	}
	t.Cleanup(func() { _ = shellStep(t, folder, env, "./caddy stop") }) // where a step failed

	ran := 0
	for _, step := range job.Steps {
		switch {
		case step.Uses != "":
		case strings.Contains(step.Run, "xcaddy"):
			checkXcaddyStep(t, step.Run)
			if err := os.Symlink(binary, filepath.Join(folder, "caddy")); err != nil {
				t.Fatal(err)
			}
		default:
			if err := shellStep(t, filepath.Join(folder, step.WorkingDirectory), env, step.Run); err != nil {
				t.Fatalf("%s: %v", step.Name, err)
			}
			ran++
		}
	}
	if ran < 5 {
		t.Errorf("only %d steps were run", ran)
	}
}

// stepEnvironment is that of a step: tools find their caches, and Caddy leaves no trace.
func stepEnvironment(t *testing.T) []string {
	t.Helper()
	home := t.TempDir()
	return append(os.Environ(),
		"XDG_CONFIG_HOME="+filepath.Join(home, "config"), "XDG_DATA_HOME="+filepath.Join(home, "data"),
		fmt.Sprintf("CADDY_ADMIN=127.0.0.1:%d", freePort(t)),
		"GOFLAGS=-mod=readonly", "GOWORK=off", "npm_config_prefer_offline=true",
	)
}

// shellStep runs the commands of a step as GitHub does. A file takes what they say, for a server that one starts goes on
// holding it.
func shellStep(t *testing.T, folder string, env []string, commands string) error {
	t.Helper()
	said, err := os.CreateTemp(t.TempDir(), "step-*")
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	shell := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", commands)
	shell.Dir, shell.Env, shell.Stdout, shell.Stderr = folder, env, said, said
	if err := shell.Run(); err != nil {
		text, _ := os.ReadFile(said.Name())
		return fmt.Errorf("%s: %w\n%s", commands, err, text)
	}
	return nil
}

var xcaddyStep = regexp.MustCompile(`^go run github.com/caddyserver/xcaddy/cmd/xcaddy@(\S+) build (\S+) --with (\S+) --output ./caddy$`)

// checkXcaddyStep proves that the workflow builds what is tested here.
func checkXcaddyStep(t *testing.T, command string) {
	t.Helper()
	found := xcaddyStep.FindStringSubmatch(strings.TrimSpace(command))
	if found == nil || found[1] != moduleVersion(t, "github.com/caddyserver/xcaddy") ||
		found[2] != moduleVersion(t, "github.com/caddyserver/caddy/v2") || found[3] != thisModule(t)+"/caddymodule" {
		t.Errorf("the workflow builds by %q", command)
	}
}
