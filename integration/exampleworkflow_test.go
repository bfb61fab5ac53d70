package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	exampleWorkflow = "../examples/.github/workflows/test.yml"
	exampleAction   = "./.github/actions/caddy-workos"
)

// TestExampleWorkflow runs the steps of the workflow and of its action in a copy of examples/, with the binary in the place of
// the one that they build: so the seed and the fixtures are checked, and the Go and the Node test run by `caddy workos exec`.
func TestExampleWorkflow(t *testing.T) {
	t.Parallel()
	if _, err := nodeVersion(); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "examples")
	if err := os.CopyFS(folder, os.DirFS("../examples")); err != nil {
		t.Fatal(err)
	}
	builds := 0
	r := &workflowRunner{t: t, folder: folder, env: stepEnvironment(t)}
	r.build = func(step workflowStep, env []string) {
		if checkXcaddyStep(t, step, env) {
			builds++
		}
	}
	r.runJob(t, exampleWorkflow, "test")
	if r.ran < 5 || builds != 1 {
		t.Errorf("%d steps were run, and %d built", r.ran, builds)
	}
	if report, err := os.ReadFile(filepath.Join(folder, "node", "workos.xml")); err != nil || !strings.Contains(string(report), "<testsuite") {
		t.Errorf("the report is %s, %v", report, err)
	}
}

// checkXcaddyStep runs a step that builds with a stand-in for go, and proves that it builds what is tested here. It puts the
// binary where the step would, and tells whether the step built: it does not where the binary is there.
func checkXcaddyStep(t *testing.T, step workflowStep, env []string) (built bool) {
	t.Helper()
	folder := t.TempDir()
	said := filepath.Join(folder, "said")
	write(t, filepath.Join(folder, "go"), "#!/bin/sh\nprintf '%s\\n' \"$@\" >"+said+"\n")
	if err := os.Chmod(filepath.Join(folder, "go"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := shellStep(t, folder, append(env, "PATH="+folder+":"+os.Getenv("PATH")), step.Run); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(said)
	if os.IsNotExist(err) && slices.ContainsFunc(env, func(variable string) bool {
		path, ok := strings.CutPrefix(variable, "CADDY=")
		_, err := os.Stat(path)
		return ok && err == nil
	}) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	args := strings.Split(strings.TrimSpace(string(text)), "\n")
	output := args[len(args)-1]
	version := args[5][strings.LastIndex(args[5], "@")+1:]
	want := []string{
		"run", "github.com/caddyserver/xcaddy/cmd/xcaddy@" + moduleVersion(t, "github.com/caddyserver/xcaddy"),
		"build", moduleVersion(t, "github.com/caddyserver/caddy/v2"), "--with", thisModule(t) + "/caddymodule@" + version, "--output", output,
	}
	if !slices.Equal(args, want) || !strings.HasPrefix(version, "v") {
		t.Errorf("the action builds by %q, want %q", args, want)
	}
	if err := os.MkdirAll(filepath.Dir(output), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(binary, output); err != nil && !os.IsExist(err) {
		t.Fatal(err)
	}
	return true
}

// TestExampleActionRunsNoInput gives the action inputs that would be commands if a shell read them. The binary is a stand-in that
// tells its arguments.
func TestExampleActionRunsNoInput(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.CopyFS(filepath.Join(folder, exampleAction), os.DirFS(filepath.Join("../examples", exampleAction))); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(folder, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	const hostile = `"; touch owned; $(touch owned) 'x`
	said := filepath.Join(folder, "said")
	r := &workflowRunner{t: t, folder: folder, env: stepEnvironment(t)}
	r.build = func(_ workflowStep, env []string) {
		for _, variable := range env {
			if path, ok := strings.CutPrefix(variable, "CADDY="); ok {
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				write(t, path, fmt.Sprintf("#!/bin/sh\nprintf '%%s\\n' \"$@\" \"seed is ${SEED-not set}\" >%s\n", said))
				if err := os.Chmod(path, 0o755); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for name, test := range map[string]struct {
		with map[string]string
		want []string // after --summary-md and its file
	}{
		"only what must be": {
			map[string]string{"version": "v0.1.0", "run": "npm test"},
			[]string{"--fail-on", "miss", "--", "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", "npm test"},
		},
		"all": {
			map[string]string{
				"version": "v0.1.0", "working-directory": "sub", "seed": hostile, "fixtures": hostile, "mode": "replay", "fail-on": "miss,drift",
				"junit": hostile, "run": hostile,
			},
			[]string{
				"--seed", hostile, "--fixtures", hostile, "--mode", "replay", "--fail-on", "miss,drift", "--junit", hostile,
				"--", "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", hostile,
			},
		},
	} {
		r.run([]workflowStep{{Name: name, Uses: exampleAction, With: test.with}}, r.env, values{"runner.temp": t.TempDir(), "runner.os": "Linux", "runner.arch": "X64"})
		text, err := os.ReadFile(said)
		if err != nil {
			t.Fatal(err)
		}
		args := strings.Split(strings.TrimSpace(string(text)), "\n")
		want := append(test.want, "seed is not set")
		if len(args) < 4 || !slices.Equal(args[:3], []string{"workos", "exec", "--summary-md"}) || !slices.Equal(args[4:], want) {
			t.Errorf("%s: it runs %q, want %q", name, args, want)
		}
	}
	owned, err := filepath.Glob(filepath.Join(folder, "*", "owned"))
	if _, other := os.Stat(filepath.Join(folder, "owned")); err != nil || len(owned) > 0 || other == nil {
		t.Error("an input was run as a command")
	}
}
