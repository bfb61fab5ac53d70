package integration

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// serves is a command that goes on until it is interrupted.
var serves = regexp.MustCompile(`^((?:\w+=\S* )*)((?:\S*/)?caddy|go run (?:-v )?\./cmd/caddy) (run\b.*|workos(?: -.*)?)$`)

// helpOnly are the flags with which such a command ends by itself.
var helpOnly = regexp.MustCompile(` --(help|version)\b`)

// The flags by which such a command has a port.
var (
	portGiven = regexp.MustCompile(` (--port|-p)[ =]\d+`)
	listens   = regexp.MustCompile(` (--listen|-l)\b`)
)

// shell runs the commands of a block, one after the other. A server is run until the next one starts, or the page ends.
func (r *reader) shell(block codeBlock) {
	r.t.Helper()
	commands := commandsOf(block.text)
	for i, command := range commands {
		mayFail := i == len(commands)-1 && slices.Contains(block.comments, fails)
		if parts := serves.FindStringSubmatch(command); parts != nil && !mayFail && !helpOnly.MatchString(command) {
			r.serve(parts[1], parts[2], parts[3])
			continue
		}
		said, err := r.bash(r.withPorts(command))
		r.printed, r.unfinished = func() string { return said }, false
		if (err != nil) != mayFail {
			r.errorf(block, "%s: %v\n%s", command, err, said)
		}
		if strings.HasPrefix(command, "git clone ") {
			r.complete(filepath.Join(r.top, filepath.Base(published)))
		}
	}
}

// commandsOf are the commands of a block, without its comments. One that ends in a backslash goes on in the next line.
func commandsOf(text string) (commands []string) {
	unfinished := ""
	for line := range strings.Lines(text) {
		line = unfinished + strings.TrimSpace(line)
		unfinished = ""
		if begun, goesOn := strings.CutSuffix(line, `\`); goesOn {
			unfinished = begun
		} else if line != "" && !strings.HasPrefix(line, "#") {
			commands = append(commands, line)
		}
	}
	return commands
}

// The folder and the variables of a shell stay for the next one. Errors of curl are errors, and it shows no progress.
const (
	shellBegin = `if [ -e "$STATE" ]; then source "$STATE"; export CADDY_ADMIN="$ADMIN"; fi; curl() { command curl --silent --show-error --fail-with-body "$@"; }; `
	shellEnd   = `; { declare -px; printf 'cd %q\n' "$PWD"; } | grep -v "^declare -x ADMIN=" >"$STATE"`
)

// bash runs a command to its end, and returns what it printed.
func (r *reader) bash(command string) (string, error) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 8*maxWait)
	defer cancel()
	shell := exec.CommandContext(ctx, "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", shellBegin+command+shellEnd)
	shell.Dir, shell.Env = r.where(), r.environment()
	shell.WaitDelay = time.Second // where what it started in the background holds its output
	said, err := shell.CombinedOutput()
	return string(said), err
}

func (r *reader) environment() []string {
	admin := fmt.Sprintf("127.0.0.1:%d", r.admin)
	return append(slices.Clone(r.env), "STATE="+filepath.Join(r.top, "state"), "CADDY_ADMIN="+admin, "ADMIN="+admin)
}

// serve starts a server on a port of its own, which is that of the following commands too.
func (r *reader) serve(variables, program, args string) {
	r.t.Helper()
	if r.server != nil {
		r.server.stop()
	}
	before := r.port
	r.port, r.admin = freePort(r.t), freePort(r.t)
	args = portGiven.ReplaceAllString(args, fmt.Sprintf(" ${1} %d", r.port))
	if strings.HasPrefix(args, "workos") && !portGiven.MatchString(args) && !listens.MatchString(args) {
		args += fmt.Sprintf(" --listen localhost:%d", r.port)
	}
	start := fmt.Sprintf("exec env %s%s %s", variables, program, r.withPorts(args))
	if strings.HasPrefix(program, "go run") { // which does not pass an interrupt on to what it runs
		built := filepath.Join(r.top, "tools", "run")
		start = fmt.Sprintf("%s; exec env %s%s %s", strings.Replace(program, "run", "build -o "+built, 1), variables, built, r.withPorts(args))
	}
	if strings.HasPrefix(args, "run") {
		r.moveSites(before)
	}
	p := &process{URL: fmt.Sprintf("http://localhost:%d", r.port), Log: &syncBuffer{}, t: r.t, exited: make(chan struct{})}
	p.cmd = exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", shellBegin+start)
	p.cmd.Dir, p.cmd.Env = r.where(), r.environment()
	p.cmd.Stdout, p.cmd.Stderr = p.Log, p.Log
	p.launch()
	eventually(r.t, "the server to answer", func() bool {
		select {
		case <-p.exited:
			r.t.Fatalf("%s: %s: %v\n%s", r.page.path, start, p.err, p.Log)
		default:
		}
		response, err := http.Get(p.URL + "/health")
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
	r.server, r.printed, r.unfinished = p, p.Log.String, true
}

// moveSites puts the server's port into the Caddyfiles of the folder that commands run in, and below.
func (r *reader) moveSites(before int) {
	r.t.Helper()
	err := filepath.WalkDir(r.where(), func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.IsDir() && entry.Name() == "node_modules" {
			return filepath.SkipDir
		}
		if err != nil || entry.IsDir() || !strings.HasPrefix(entry.Name(), "Caddyfile") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		moved := r.withPorts(strings.ReplaceAll(string(text), fmt.Sprintf(":%d", before), ":4100"))
		return os.WriteFile(path, []byte(moved), 0o600)
	})
	if err != nil {
		r.t.Fatal(err)
	}
}
