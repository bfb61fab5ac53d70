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

// TestCommandsOfTheReadme runs every command that README shows, in its order: servers on ports of their own, and until
// the next one.
func TestCommandsOfTheReadme(t *testing.T) {
	t.Parallel()
	r := &readme{t: t}
	for _, block := range readPage(t, "README.md").code {
		if block.language != "sh" {
			continue
		}
		for line := range strings.Lines(block.text) {
			r.run(strings.TrimSpace(line))
		}
	}
	if r.curls == 0 || r.serves == 0 {
		t.Errorf("README starts %d servers and asks them %d times", r.serves, r.curls)
	}
}

// readme is how far a reader has come.
type readme struct {
	t             *testing.T
	server        *process
	serves, curls int
}

const fromSource = "go run ./cmd/caddy "

func (r *readme) run(command string) {
	ours, isOurs := strings.CutPrefix(command, fromSource)
	args := strings.Fields(ours)
	switch {
	case isOurs && args[0] == "run", isOurs && args[0] == "workos" && strings.HasPrefix(args[1], "-"):
		r.serve(args)
	case isOurs:
		if _, said, err := run(r.t, nil, "", args...); err != nil {
			r.t.Errorf("%s: %v\n%s", command, err, said)
		}
	case strings.HasPrefix(command, "curl "):
		r.curl(command)
	case strings.HasPrefix(command, "xcaddy "):
		r.xcaddy(command)
	case strings.HasPrefix(command, "go test -run=NONE -bench="):
		r.benchmark(command)
	case command == "go test -race ./...": // which is running now, and what .ci/run looks for
	default:
		r.t.Errorf("README shows %q, of which this test does not know what it does", command)
	}
}

// serve starts what listens on port 4100.
func (r *readme) serve(args []string) {
	if r.server != nil {
		r.server.stop()
	}
	port := freePort(r.t)
	if args[0] == "workos" {
		args = append(args, "--listen", fmt.Sprintf("localhost:%d", port))
	}
	for i, arg := range args {
		if arg == "Caddyfile.example" {
			args[i] = filepath.Join(r.t.TempDir(), arg)
			write(r.t, args[i], withPort(r.t, filepath.Join("..", arg), port))
		}
	}
	r.server = startCommand(r.t, []string{fmt.Sprintf("CADDY_ADMIN=127.0.0.1:%d", freePort(r.t))}, args...)
	r.server.URL = fmt.Sprintf("http://localhost:%d", port)
	r.server.waitUntilReady()
	r.serves++
}

// curl asks the server.
func (r *readme) curl(command string) {
	if r.server == nil || !strings.Contains(command, "http://localhost:4100") {
		r.t.Errorf("README asks no server by %q", command)
		return
	}
	command = strings.ReplaceAll(command, "http://localhost:4100", r.server.URL) + " --fail --silent --show-error"
	if said, err := exec.Command("bash", "-c", command).CombinedOutput(); err != nil {
		r.t.Errorf("%s: %v\n%s", command, err, said)
	}
	r.curls++
}

// xcaddy looks at what xcaddy is given: .ci/run builds with it.
func (r *readme) xcaddy(command string) {
	shell := exec.Command("bash", "-euc", `xcaddy() { echo "$@"; }; `+command)
	shell.Dir = ".."
	said, err := shell.CombinedOutput()
	version := moduleVersion(r.t, "github.com/caddyserver/caddy/v2")
	module := thisModule(r.t)
	want := fmt.Sprintf("build %s --with %s/caddymodule --replace %s=.\n", version, module, module)
	if err != nil || string(said) != want {
		r.t.Errorf("xcaddy is given %q, %v; want %q", said, err, want)
	}
}

var (
	benchmarkCommand = regexp.MustCompile(`^go test -run=NONE -bench=(\S+)(?: -benchtime=\S+)?((?: \./[\w/]+)+)$`)
	benchmarkName    = regexp.MustCompile(`(?m)^func Benchmark(\w+)\(`)
)

// benchmark looks whether there is one of the name, in each folder: .ci/run runs them.
func (r *readme) benchmark(command string) {
	parts := benchmarkCommand.FindStringSubmatch(command)
	if parts == nil {
		r.t.Errorf("%q is not a benchmark's command", command)
		return
	}
	for _, folder := range strings.Fields(parts[2]) {
		files, err := filepath.Glob(filepath.Join("..", folder, "*_test.go"))
		if err != nil {
			r.t.Fatal(err)
		}
		found := false
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				r.t.Fatal(err)
			}
			for _, name := range benchmarkName.FindAllStringSubmatch(string(text), -1) {
				found = found || regexp.MustCompile(parts[1]).MatchString(name[1])
			}
		}
		if !found {
			r.t.Errorf("%q finds no benchmark in %s", command, folder)
		}
	}
}
