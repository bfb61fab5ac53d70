package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// checkUnrun looks at a block that is not run, as far as a look may find something.
func (r *reader) checkUnrun(block codeBlock) {
	r.t.Helper()
	switch block.language {
	case "sh":
	case "powershell":
		return
	default:
		r.errorf(block, "a block of the language %q is run, or is a text", block.language)
		return
	}
	for _, command := range commandsOf(block.text) {
		switch {
		case strings.HasPrefix(command, "xcaddy "):
			r.xcaddy(block, command)
		case strings.HasPrefix(command, "go test -run=NONE -bench="):
			r.benchmark(block, command)
		default:
			if said, err := exec.Command("bash", "-n", "-c", command).CombinedOutput(); err != nil {
				r.errorf(block, "%v\n%s", err, said)
			}
		}
	}
}

// xcaddy looks at what xcaddy is given: .ci/run builds with it.
func (r *reader) xcaddy(block codeBlock, command string) {
	r.t.Helper()
	shell := exec.Command("bash", "-euc", `xcaddy() { echo "$@"; }; `+command)
	shell.Dir = ".."
	said, err := shell.CombinedOutput()
	version := moduleVersion(r.t, "github.com/caddyserver/caddy/v2")
	module := thisModule(r.t)
	want := fmt.Sprintf("build %s --with %s/caddymodule --replace %s=.\n", version, module, module)
	if err != nil || string(said) != want {
		r.errorf(block, "xcaddy is given %q, %v; want %q", said, err, want)
	}
}

var (
	benchmarkCommand = regexp.MustCompile(`^go test -run=NONE -bench=(\S+)(?: -benchtime=\S+)?((?: \./[\w/]+)+)$`)
	benchmarkName    = regexp.MustCompile(`(?m)^func Benchmark(\w+)\(`)
)

// benchmark looks whether there is one of the name, in each folder: .ci/run runs them.
func (r *reader) benchmark(block codeBlock, command string) {
	r.t.Helper()
	parts := benchmarkCommand.FindStringSubmatch(command)
	if parts == nil {
		r.errorf(block, "%q is not a benchmark's command", command)
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
			r.errorf(block, "%q finds no benchmark in %s", command, folder)
		}
	}
}
