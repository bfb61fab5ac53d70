package integration

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// same fails the test unless the code and the documentation name the same things.
func same(t *testing.T, what string, code, documented []string) {
	t.Helper()
	if len(code) == 0 {
		t.Errorf("the code has no %s at all", what)
	}
	for _, name := range code {
		if !slices.Contains(documented, name) {
			t.Errorf("%s: %s is not documented", what, name)
		}
	}
	for i, name := range documented {
		if !slices.Contains(code, name) {
			t.Errorf("%s: %s is documented, and does not exist", what, name)
		}
		if slices.Contains(documented[:i], name) {
			t.Errorf("%s: %s is documented twice", what, name)
		}
	}
}

var flagLine = regexp.MustCompile(`(?m)^ +(?:(-\w), )?(--[\w-]+)`)

// TestFlagsAreDocumented compares the reference with the help of each command in the tree.
func TestFlagsAreDocumented(t *testing.T) {
	t.Parallel()
	reference := readPage(t, "docs/configuration.md")
	var visit func(path ...string)
	visit = func(path ...string) {
		help, _, err := run(t, nil, "", append(path, "--help")...)
		if err != nil {
			t.Fatal(err)
		}
		_, flags, _ := strings.Cut(help, "\nFlags:\n")
		flags, _, _ = strings.Cut(flags, "\n\n")
		var names []string
		for _, found := range flagLine.FindAllStringSubmatch(flags, -1) {
			if found[2] == "--help" {
				continue
			}
			names = append(names, found[2])
			if found[1] != "" {
				names = append(names, found[1])
			}
		}
		name := "caddy " + strings.Join(path, " ")
		documented := reference.chapter(t, name).column(0)
		if len(names) > 0 {
			same(t, name, names, documented)
		} else if len(documented) > 0 {
			t.Errorf("%s has no flags, and %v are documented", name, documented)
		}
		_, commands, _ := strings.Cut(help, "Available Commands:\n")
		commands, _, _ = strings.Cut(commands, "\n\n")
		for line := range strings.Lines(commands) {
			visit(append(slices.Clone(path), strings.Fields(line)[0])...)
		}
	}
	visit("workos")
}

// TestLinksLead follows the links between the pages, and to files and folders of the project.
func TestLinksLead(t *testing.T) {
	t.Parallel()
	for _, page := range documentation(t) {
		for _, target := range page.links {
			if strings.Contains(target, "://") {
				continue
			}
			file, fragment, _ := strings.Cut(target, "#")
			path := page.path
			if file != "" {
				path = filepath.Join(filepath.Dir(page.path), file)
			}
			if _, err := os.Stat(filepath.Join("..", path)); err != nil {
				t.Errorf("%s links to %s: %v", page.path, target, err)
				continue
			}
			if fragment != "" && !slices.ContainsFunc(readPage(t, path).chapters, func(c chapter) bool { return anchor(c.title) == fragment }) {
				t.Errorf("%s links to %s, where there is no such heading", page.path, target)
			}
		}
	}
}
