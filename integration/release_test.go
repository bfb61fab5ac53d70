package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// guardedWorkflow is what a workflow says of its rights, and the steps of its jobs.
type guardedWorkflow struct {
	Permissions map[string]string
	Jobs        map[string]struct {
		Permissions map[string]string
		Steps       []workflowStep
	}
}

var (
	pinned = regexp.MustCompile(`^(\./\S+|[\w-]+/[\w.-]+@v\d+)$`)
	secret = regexp.MustCompile(`secrets\.(\w+)`)
)

// TestWorkflowsAreGuarded proves of all workflows and actions that they have few rights, that the actions which they use have a
// version, that no expression is part of a script, and that they need no secret but the one that GitHub makes.
func TestWorkflowsAreGuarded(t *testing.T) {
	t.Parallel()
	workflows, err := filepath.Glob("../.github/workflows/*.yml")
	if err != nil || len(workflows) != 2 {
		t.Fatalf("the workflows are %v, %v", workflows, err)
	}
	check := func(file string, steps []workflowStep) {
		for _, step := range steps {
			if strings.Contains(step.Run, "${{") {
				t.Errorf("%s: an expression is part of a script: %s", file, step.Run)
			}
			if step.Uses != "" && !pinned.MatchString(step.Uses) {
				t.Errorf("%s uses %s", file, step.Uses)
			}
		}
	}
	for _, file := range append(workflows, exampleWorkflow) {
		var read guardedWorkflow
		readYAML(t, file, &read)
		if read.Permissions == nil {
			t.Errorf("%s has all the rights that a token has", file)
		}
		for name, job := range read.Jobs {
			for right, access := range job.Permissions {
				if access == "write" && !slices.Contains([]string{"publish contents", "image packages"}, name+" "+right) {
					t.Errorf("%s: job %s may write %s", file, name, right)
				}
			}
			check(file, job.Steps)
		}
		for right, access := range read.Permissions {
			if access != "read" {
				t.Errorf("%s: all jobs may %s %s", file, access, right)
			}
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range secret.FindAllStringSubmatch(string(text), -1) {
			if found[1] != "GITHUB_TOKEN" {
				t.Errorf("%s needs the secret %s", file, found[1])
			}
		}
	}
	var action compositeAction
	file := filepath.Join("../examples", exampleAction, "action.yml")
	readYAML(t, file, &action)
	check(file, action.Runs.Steps)
}

// TestReleaseNotes takes what is said of a version out of a changelog.
func TestReleaseNotes(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "CHANGELOG.md")
	write(t, file, "# Changelog\n\n## Unreleased\n\n- later\n\n## [1.2.3] - 2026-11-27\n\n### Added\n\n- this\n\n## v1.2.2\n\n- before\n\n## v1.2.1\n")
	for version, want := range map[string]string{
		"v1.2.3":      "### Added\n\n- this",
		"1.2.2":       "- before",
		"v1.2.1":      "", // says nothing
		"v1.2.3-rc.1": "",
		"v1x2.3":      "",
	} {
		said, err := exec.Command("sh", "../release/notes.sh", version, file).Output()
		if strings.TrimSpace(string(said)) != want || (err != nil) != (want == "") {
			t.Errorf("of %s it says %q, %v; want %q", version, said, err, want)
		}
	}
}

// TestReleaseVersions gives the build what is no version: it says so before it does anything.
func TestReleaseVersions(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "out")
	for _, version := range []string{"", "v1", "1.2.3", "v1; touch owned", "v1.2.3\nx", "v01.2.3", "v1.2.3-", "v1.2.3-..", "v1.2.3-a/b", "v1.2.3+b", "--help"} {
		said, err := exec.Command("bash", "../release/build.sh", version, out).CombinedOutput()
		if err == nil || !strings.Contains(string(said), "version") {
			t.Errorf("%q: %v: %s", version, err, said)
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a folder was made")
	}
}

var entrypoint = regexp.MustCompile(`(?m)^ENTRYPOINT (.*)$`)

// TestReleasedImage runs the command of the released image where seed and fixtures are mounted, with a flag as `docker run` adds it.
func TestReleasedImage(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../release/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	for _, line := range []string{
		"COPY ${TARGETARCH}/caddy /usr/local/bin/caddy",
		"WORKDIR /srv",
		"USER 10001:10001",
		"EXPOSE 4100",
		"HEALTHCHECK --interval=5s --timeout=2s --start-period=10s CMD wget -q -O /dev/null http://127.0.0.1:4100" + containerHealth,
	} {
		if !slices.Contains(lines, line) {
			t.Errorf("the Dockerfile lacks the line %s", line)
		}
	}
	var command []string
	found := entrypoint.FindSubmatch(text)
	if found == nil || json.Unmarshal(found[1], &command) != nil || command[0] != "caddy" {
		t.Fatalf("the entry point is %s", found)
	}
	port, folder := freePort(t), t.TempDir()
	for i, word := range command {
		command[i] = strings.Replace(word, ":4100", fmt.Sprintf(":%d", port), 1)
	}
	if err := os.CopyFS(folder, os.DirFS("../examples/node")); err != nil {
		t.Fatal(err)
	}
	p := startCommandIn(t, folder, nil, append(command[1:], "--test-api")...)
	p.URL = fmt.Sprintf("http://127.0.0.1:%d", port)
	p.waitUntilReady()
	if status, _, said := ask(t, http.MethodGet, p.URL+containerHealth, "", "", ""); status != http.StatusOK {
		t.Errorf("the health check gets %d %s", status, said)
	}
	for path, want := range map[string]string{
		"/organizations": "Acme Corp", // of the seed
		"/user_management/organization_memberships?user_id=user_01JQ8ZVXV3S6F0YBGQ8J4TMNKC": "organization_membership", // of the fixtures
	} {
		if status, _, said := ask(t, http.MethodGet, p.URL+path, "sk_test_local", "", ""); status != http.StatusOK || !strings.Contains(said, want) {
			t.Errorf("%s is answered with %d %s", path, status, said)
		}
	}
}
