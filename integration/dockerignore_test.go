package integration

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// dockerIgnore are the patterns of a .dockerignore, in their order. The last one that matches a file counts.
type dockerIgnore []string

func readDockerIgnore(t *testing.T) (patterns dockerIgnore) {
	t.Helper()
	text, err := os.ReadFile("../.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			patterns = append(patterns, line)
		}
	}
	return patterns
}

// excludes tells whether a file stays out of the context, as Docker decides: a pattern stands for what is below a folder, too.
func (d dockerIgnore) excludes(file string) (excluded bool) {
	for _, pattern := range d {
		pattern, exception := strings.CutPrefix(pattern, "!")
		for name := file; name != "."; name = path.Dir(name) {
			matched, _ := path.Match(pattern, name)
			if below, anywhere := strings.CutPrefix(pattern, "**/"); anywhere {
				matched, _ = path.Match(below, path.Base(name))
			}
			if matched {
				excluded = !exception
			}
		}
	}
	return excluded
}

var copied = regexp.MustCompile(`(?m)^COPY ([^-].*) \S+$`)

// TestDockerIgnore proves that what the build of the container needs is in its context, and that nothing else comes with it.
func TestDockerIgnore(t *testing.T) {
	t.Parallel()
	ignore := readDockerIgnore(t)
	top, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	needed := []string{"go.mod", "go.sum", buildScript}
	files := goList(t, "-deps", "-f", `{{if .Module}}{{if .Module.Main}}{{$dir := .Dir}}{{range .GoFiles}}{{$dir}}/{{.}}
{{end}}{{range .EmbedFiles}}{{$dir}}/{{.}}
{{end}}{{end}}{{end}}`, "./cmd/caddy")
	for _, file := range strings.Fields(files) {
		below, err := filepath.Rel(top, file)
		if err != nil {
			t.Fatal(err)
		}
		needed = append(needed, filepath.ToSlash(below))
	}
	dockerfile, err := os.ReadFile("../examples/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range copied.FindAllStringSubmatch(string(dockerfile), -1) {
		for _, source := range strings.Fields(found[1]) {
			if source == "." {
				continue
			}
			if _, err := os.Stat(filepath.Join(top, source)); err != nil {
				t.Error(err)
			}
			needed = append(needed, source)
		}
	}
	if len(needed) < 100 {
		t.Errorf("only %d files are needed: %v", len(needed), needed)
	}
	for _, file := range needed {
		if ignore.excludes(file) {
			t.Errorf("%s is needed, and not in the context", file)
		}
	}
	for _, file := range []string{
		".git/HEAD", "README.md", "docs/seed.md", "integration/login/node_modules/x/index.js", "examples/node/node_modules/x/index.js",
		"emulator/bench_test.go", "emulator/fixture/document/testdata/document.golden.json", "caddy", ".env",
	} {
		if !ignore.excludes(file) {
			t.Errorf("%s is in the context", file)
		}
	}
}
