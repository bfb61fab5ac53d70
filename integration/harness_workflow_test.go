package integration

import (
	"fmt"
	"maps"
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

// compositeAction is an action that is made of steps.
type compositeAction struct {
	Inputs map[string]struct {
		Required bool
		Default  string
	}
	Outputs map[string]struct{ Value string }
	Runs    struct {
		Using string
		Steps []workflowStep
	}
}

type workflowStep struct {
	ID, Name, Uses, Run, If, Shell string
	WorkingDirectory               string `yaml:"working-directory"`
	Env, With                      map[string]string
}

// workflowRunner runs the steps of a workflow in a folder, as GitHub does. Actions that lie elsewhere are left out, and a cache
// is always empty.
type workflowRunner struct {
	t      *testing.T
	folder string
	env    []string
	// build stands for what a step that calls xcaddy does.
	build func(step workflowStep, env []string)
	ran   int // steps that were run in a shell
}

// values are those of the expressions in a job or in an action, by their names such as inputs.seed.
type values map[string]string

var expression = regexp.MustCompile(`\$\{\{\s*(\S+)\s*\}\}`)

// expand replaces the expressions in a text.
func (r *workflowRunner) expand(text string, known values) string {
	return expression.ReplaceAllStringFunc(text, func(found string) string {
		name := expression.FindStringSubmatch(found)[1]
		value, ok := known[name]
		if !ok {
			r.t.Errorf("%s has no value", found)
		}
		return value
	})
}

// wanted tells whether a step is to be run.
func (r *workflowRunner) wanted(step workflowStep, known values) bool {
	if name, empty := strings.CutSuffix(step.If, " != ''"); empty {
		return known[name] != ""
	}
	if name, hit := strings.CutSuffix(step.If, " != 'true'"); hit {
		return known[name] != "true"
	}
	if step.If != "" && step.If != "always()" {
		r.t.Errorf("%s: it is not known whether %s", step.Name, step.If)
	}
	return true
}

// run runs steps, and notes their outputs among the values.
func (r *workflowRunner) run(steps []workflowStep, env []string, known values) {
	r.t.Helper()
	for _, step := range steps {
		if expression.MatchString(step.Run) {
			r.t.Errorf("%s: an expression is part of what the shell reads: %s", step.Name, step.Run)
		}
		if !r.wanted(step, known) {
			continue
		}
		var outputs map[string]string
		switch {
		case strings.HasPrefix(step.Uses, "./"):
			outputs = r.action(step, env, known)
		case step.Uses == "":
			outputs = r.shell(step, env, known)
		}
		for name, value := range outputs {
			known["steps."+step.ID+".outputs."+name] = value
		}
	}
}

// action runs an action that lies in the repository.
func (r *workflowRunner) action(step workflowStep, env []string, known values) (outputs map[string]string) {
	r.t.Helper()
	var action compositeAction
	readYAML(r.t, filepath.Join(r.folder, step.Uses, "action.yml"), &action)
	if action.Runs.Using != "composite" {
		r.t.Errorf("%s is %s", step.Uses, action.Runs.Using)
	}
	inside := values{}
	for name, value := range known {
		if strings.HasPrefix(name, "runner.") {
			inside[name] = value
		}
	}
	for name, input := range action.Inputs {
		given, ok := step.With[name]
		if input.Required && !ok {
			r.t.Errorf("%s: it wants %s", step.Name, name)
		}
		if !ok {
			given = input.Default
		}
		inside["inputs."+name] = r.expand(given, known)
	}
	for name := range step.With {
		if _, ok := action.Inputs[name]; !ok {
			r.t.Errorf("%s: there is no input %s", step.Name, name)
		}
	}
	r.run(action.Runs.Steps, env, inside)
	outputs = map[string]string{}
	for name, output := range action.Outputs {
		outputs[name] = r.expand(output.Value, inside)
	}
	return outputs
}

// shell runs the commands of a step, and returns its outputs.
func (r *workflowRunner) shell(step workflowStep, env []string, known values) (outputs map[string]string) {
	r.t.Helper()
	scratch := r.t.TempDir()
	said := filepath.Join(scratch, "output")
	write(r.t, said, "")
	env = append(env[:len(env):len(env)], "GITHUB_OUTPUT="+said, "GITHUB_STEP_SUMMARY="+filepath.Join(scratch, "summary.md"))
	for name, value := range step.Env {
		env = append(env, name+"="+r.expand(value, known))
	}
	if strings.Contains(step.Run, "xcaddy") {
		r.build(step, env)
		return nil
	}
	folder := filepath.Join(r.folder, r.expand(step.WorkingDirectory, known))
	if err := shellStep(r.t, folder, env, step.Run); err != nil {
		r.t.Fatalf("%s: %v", step.Name, err)
	}
	r.ran++
	text, err := os.ReadFile(said)
	if err != nil {
		r.t.Fatal(err)
	}
	outputs = map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		outputs[name] = value
	}
	return outputs
}

// runJob runs a job of a workflow.
func (r *workflowRunner) runJob(t *testing.T, file, job string) {
	t.Helper()
	var read workflow
	readYAML(t, file, &read)
	known := values{"runner.temp": t.TempDir(), "runner.os": "Linux", "runner.arch": "X64"}
	env := append(r.env[:len(r.env):len(r.env)], "RUNNER_OS=Linux")
	for name, value := range read.Jobs[job].Env {
		known["env."+name] = value
		env = append(env, name+"="+value)
	}
	r.run(read.Jobs[job].Steps, env, maps.Clone(known))
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
