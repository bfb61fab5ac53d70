package integration

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// execution is what came of `caddy workos exec`.
type execution struct {
	code           int
	stdout, stderr string
}

// execIn runs `caddy workos exec` in a folder.
func execIn(t *testing.T, folder string, env []string, args ...string) execution {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*maxWait)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, append([]string{"workos", "exec"}, args...)...)
	cmd.Dir, cmd.Env = folder, append(environment(t), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	return execution{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// seeded is a folder with a seed.
func seeded(t *testing.T, seed string) string {
	t.Helper()
	folder := t.TempDir()
	write(t, filepath.Join(folder, "seed.yaml"), seed)
	return folder
}

// examplesCopy is a copy of examples/.
func examplesCopy(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "examples")
	if err := os.CopyFS(folder, os.DirFS("../examples")); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestExecRunsTheNodeExample as its folder says, without a flag, and with all that a CI run asks for.
func TestExecRunsTheNodeExample(t *testing.T) {
	t.Parallel()
	if _, err := nodeVersion(); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(examplesCopy(t), "node")
	env := stepEnvironment(t)
	if err := shellStep(t, folder, env, "npm ci"); err != nil {
		t.Fatal(err)
	}
	if got := execIn(t, folder, env, "--", "npm", "test"); got.code != 0 || !strings.Contains(got.stdout, "# pass 4") ||
		!strings.Contains(got.stderr, "5 requests: 3 emulator, 1 merged, 1 fixture\n") {
		t.Errorf("it ended with %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	got := execIn(t, folder, env, "--fail-on", "miss,unused,drift,fault", "--junit", "workos.xml", "--summary-md", "step.md", "--", "npm", "test")
	if got.code != 0 {
		t.Errorf("it ended with %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	text, err := os.ReadFile(filepath.Join(folder, "workos.xml"))
	if err != nil {
		t.Fatal(err)
	}
	var junit struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
	}
	if err := xml.Unmarshal(text, &junit); err != nil || junit.Tests < 6 || junit.Failures != 0 {
		t.Errorf("%v: the JUnit file is\n%s", err, text)
	}
	if step, err := os.ReadFile(filepath.Join(folder, "step.md")); err != nil || !strings.HasPrefix(string(step), "### caddy workos: passed\n") {
		t.Errorf("%v: the summary is\n%s", err, step)
	}
}

// TestExecRunsTheGoExample with the seed of the other one.
func TestExecRunsTheGoExample(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(examplesCopy(t), "go")
	if got := execIn(t, folder, stepEnvironment(t), "--seed", "../node/seed.yaml", "--", "go", "test", "./..."); got.code != 0 {
		t.Errorf("it ended with %d\n%s%s", got.code, got.stdout, got.stderr)
	}
}

// TestExecRunsPython reads the environment as WorkOS's library for Python does.
func TestExecRunsPython(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("python3"); err != nil {
		lacks(t, "there is no python3 here")
	}
	const program = `
import json, os, urllib.request
request = urllib.request.Request(os.environ["WORKOS_BASE_URL"] + "/organizations", headers={"Authorization": "Bearer " + os.environ["WORKOS_API_KEY"]})
print([o["name"] for o in json.load(urllib.request.urlopen(request))["data"]])`
	got := execIn(t, seeded(t, "organizations: [{name: Acme Corp}]"), os.Environ(), "--", "python3", "-c", program)
	if got.code != 0 || strings.TrimSpace(got.stdout) != "['Acme Corp']" {
		t.Errorf("it ended with %d\n%s%s", got.code, got.stdout, got.stderr)
	}
}

const curlOrganizations = `curl -sf "$WORKOS_BASE_URL/organizations" -H "Authorization: Bearer $WORKOS_API_KEY"`

// TestExecKeys are accepted, whatever the seed has, and the real one is not among them where a key of the seed stands for it.
func TestExecKeys(t *testing.T) {
	t.Parallel()
	upstream := newStandIn(t)
	const organization = "organizations: [{name: Acme Corp}]\n"
	for name, test := range map[string]struct {
		seed  string
		flags []string
		key   string // what it begins with
	}{
		"no keys":                {organization, nil, "sk_test_default"},
		"a key":                  {organization + "apiKeys: {sk_test_of_the_seed: {}}", nil, "sk_test_of_the_seed"},
		"keys of customers":      {organization + "apiKeys: [{name: A, organization: Acme Corp, value: sk_test_customer_key}]", nil, "sk_test_"},
		"upstream, a key":        {organization + "apiKeys: {sk_test_of_the_seed: {}}", []string{"--upstream", upstream.URL}, "sk_test_of_the_seed"},
		"upstream, without keys": {organization, []string{"--upstream", upstream.URL}, realKey},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := []string{"WORKOS_API_KEY=" + realKey, "SSL_CERT_FILE=" + upstream.CA}
			got := execIn(t, seeded(t, test.seed), env, append(test.flags, "--", "sh", "-c", curlOrganizations+` && echo && echo "$WORKOS_API_KEY"`)...)
			lines := strings.Split(strings.TrimSpace(got.stdout), "\n")
			if key := lines[len(lines)-1]; got.code != 0 || !strings.HasPrefix(key, test.key) || strings.Contains(key, "customer") {
				t.Errorf("it ended with %d\n%s%s", got.code, got.stdout, got.stderr)
			}
			if strings.Contains(got.stderr, realKey) || !strings.Contains(got.stdout, "Acme Corp") {
				t.Errorf("it says\n%s%s", got.stdout, got.stderr)
			}
		})
	}
}

// TestExecReadsTheSeedOnce, as it may be a pipe.
func TestExecReadsTheSeedOnce(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		lacks(t, "there is no /dev/stdin")
	}
	folder := seeded(t, "organizations: [{name: Acme Corp}]\napiKeys: {sk_test_of_the_seed: {}}\n")
	lines := "cat seed.yaml | \"$0\" workos exec --seed /dev/stdin -- sh -c '" + curlOrganizations + "'"
	cmd := exec.CommandContext(t.Context(), "sh", "-c", lines, binary)
	cmd.Dir, cmd.Env = folder, environment(t)
	if said, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(said), "Acme Corp") {
		t.Errorf("%v: it says\n%s", err, said)
	}
}

// TestExecExitCodes are the command's, and what --fail-on makes of 0.
func TestExecExitCodes(t *testing.T) {
	t.Parallel()
	seed := "organizations: [{name: Acme Corp}]\nerrorHooks: [{method: GET, path: /organizations, status: 503}]"
	const missing = `curl -s "$WORKOS_BASE_URL/vault/kv" -o missing.json`
	for name, test := range map[string]struct {
		args []string
		code int
		says string // on the standard error
	}{
		"well":                 {[]string{"--", "true"}, 0, "true ended with exit code 0"},
		"its own":              {[]string{"--", "sh", "-c", "exit 42"}, 42, "sh ended with exit code 42"},
		"one":                  {[]string{"--", "false"}, 1, "false ended with exit code 1"},
		"a crash":              {[]string{"--", "sh", "-c", "kill -SEGV $$"}, 139, "sh was ended by a signal"},
		"not found":            {[]string{"--", "no-such-command"}, 127, "Error: no-such-command: command not found\n"},
		"not a program":        {[]string{"--", "./seed.yaml"}, 126, "Error: ./seed.yaml: permission denied\n"},
		"nothing":              {nil, 1, "Usage: caddy workos exec [flags] -- <command>"},
		"without dashes":       {[]string{"npm", "test"}, 1, "the command stands behind --"},
		"a bad word":           {[]string{"--fail-on", "misses", "--", "touch", "started"}, 1, `did you mean "miss"?`},
		"no folder for a file": {[]string{"--junit", "missing/x.xml", "--", "touch", "started"}, 1, "--junit: missing/x.xml: no such file or directory"},
		"a bad seed":           {[]string{"--seed", "missing.yaml", "--", "touch", "started"}, 1, "missing.yaml"},
		"no such address":      {[]string{"--listen", "256.0.0.1:0", "--", "touch", "started"}, 1, "--listen"},
		"a fault":              {[]string{"--fail-on", "fault", "--", "sh", "-c", curlOrganizations + " || true"}, 1, "503 GET /organizations"},
		"a fault is allowed":   {[]string{"--fail-on", "miss", "--", "sh", "-c", curlOrganizations + " || true"}, 0, "503 GET /organizations"},
		"a miss":               {[]string{"--fixtures", "recorded", "--mode", "replay", "--fail-on", "miss", "--", "sh", "-c", missing}, 1, "GET /vault/kv: there are no fixtures"},
		"an upstream is gone":  {[]string{"--upstream", "http://127.0.0.1:1", "--", "sh", "-c", `curl -s "$WORKOS_BASE_URL/directories"`}, 0, "502 GET /directories: the upstream could not be reached"},
		"the test API is off":  {[]string{"--", "sh", "-c", `curl -s "$WORKOS_BASE_URL/_emulate/hooks"`}, 0, "404 GET /_emulate/hooks: the test API is off: give --test-api."},
		"a miss before a reset": {
			[]string{"--fixtures", "recorded", "--mode", "replay", "--fail-on", "miss", "--test-api", "--", "sh", "-c", missing + ` && curl -sf -X POST "$WORKOS_BASE_URL/_emulate/reset"`},
			1, "without a fixture: 1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := seeded(t, seed)
			if err := os.Mkdir(filepath.Join(folder, "recorded"), 0o700); err != nil {
				t.Fatal(err)
			}
			got := execIn(t, folder, nil, test.args...)
			if got.code != test.code || !strings.Contains(got.stderr, test.says) {
				t.Errorf("it ended with %d\n%s%s", got.code, got.stdout, got.stderr)
			}
			if exists(filepath.Join(folder, "started")) {
				t.Error("the command was started")
			}
			if strings.Contains(got.stderr, `"level"`) && name != "a bad seed" && name != "an upstream is gone" {
				t.Errorf("the log is\n%s", got.stderr)
			}
		})
	}
}

// TestExecSaysNothingSecret, whatever the command asks for and is called with.
func TestExecSaysNothingSecret(t *testing.T) {
	t.Parallel()
	const secret = "sk_test_pinned_by_the_seed_1234"
	folder := seeded(t, "organizations: [{name: Acme Corp}]\napiKeys: {"+secret+": {}}\nerrorHooks: [{method: GET, path: /organizations, status: 500}]")
	script := curlOrganizations + `; for path in "$WORKOS_API_KEY" "x?key=$WORKOS_API_KEY" "%73k_test_pinned_by_the_seed_1234" "$WORKOS_COOKIE_PASSWORD"; do
curl -s -o answer.json "$WORKOS_BASE_URL/vault/$path"; done; echo "$WORKOS_COOKIE_PASSWORD" >password; exit 5`
	got := execIn(t, folder, nil, "--junit", "j.xml", "--summary-md", "s.md", "--", "sh", "-c", script, secret)
	password, err := os.ReadFile(filepath.Join(folder, "password"))
	if err != nil || got.code != 5 {
		t.Fatalf("it ended with %d, %v\n%s", got.code, err, got.stderr)
	}
	for _, file := range []string{"j.xml", "s.md"} {
		text, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Error(err)
		}
		got.stderr += string(text)
	}
	for _, wrong := range []string{secret, "pinned_by", strings.TrimSpace(string(password))} {
		if strings.Contains(got.stderr, wrong) {
			t.Errorf("it says %s:\n%s", wrong, got.stderr)
		}
	}
	if !strings.Contains(got.stderr, "refused: 4") {
		t.Errorf("it says\n%s", got.stderr)
	}
}

// TestExecLeavesNothingBehind when it is asked to end: no process, and whole files.
func TestExecLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	folder := seeded(t, "")
	cmd := exec.Command(binary, "workos", "exec", "--junit", "j.xml", "--summary-md", "s.md", "--", "sh", "-c",
		`sleep 1000 & echo $! >below; echo $$ >self; while :; do sleep 0.05; done`)
	cmd.Dir, cmd.Env = folder, environment(t)
	var said syncBuffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	var pids []int
	for _, name := range []string{"below", "self"} {
		eventually(t, name, func() bool {
			text, _ := os.ReadFile(filepath.Join(folder, name))
			pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
			if err == nil && strings.HasSuffix(string(text), "\n") {
				pids = append(pids, pid)
			}
			return err == nil && strings.HasSuffix(string(text), "\n")
		})
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 143 || !strings.Contains(said.String(), "terminated") {
		t.Errorf("it ended with %d\n%s", code, &said)
	}
	for _, pid := range pids {
		eventually(t, fmt.Sprint("the end of ", pid), func() bool {
			state, err := exec.Command("ps", "-o", "state=", "-p", strconv.Itoa(pid)).Output()
			return err != nil || strings.HasPrefix(strings.TrimSpace(string(state)), "Z")
		})
	}
	for _, file := range []string{"j.xml", "s.md"} {
		if text, err := os.ReadFile(filepath.Join(folder, file)); err != nil || !strings.Contains(string(text), "143") {
			t.Errorf("%s: %v\n%s", file, err, text)
		}
	}
}

// TestExecKeepsItsSocket: a process that outlives it does not keep the port.
func TestExecKeepsItsSocket(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		lacks(t, "it looks into /proc")
	}
	got := execIn(t, t.TempDir(), nil, "--", "sh", "-c", "ls -l /proc/$$/fd")
	if got.code != 0 || strings.Contains(got.stdout, "socket:") {
		t.Errorf("the command has\n%s", got.stdout)
	}
}
