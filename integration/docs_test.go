package integration

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

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
			if fragment != "" && !slices.ContainsFunc(readPage(t, path).headings, func(title string) bool { return anchor(title) == fragment }) {
				t.Errorf("%s links to %s, where there is no such heading", page.path, target)
			}
		}
	}
}

var (
	directDependency     = regexp.MustCompile(`(?m)^\t(\S+) v\S+$`)
	documentedDependency = regexp.MustCompile(`(?m)^\| ([^|]+/[^|]+) \| [^|]+ \|$`)
)

// TestDependenciesAreDocumented compares the table of the direct dependencies with go.mod.
func TestDependenciesAreDocumented(t *testing.T) {
	t.Parallel()
	var want, documented []string
	for _, module := range firstGroups(t, "../go.mod", directDependency) {
		want = append(want, strings.TrimPrefix(module, "github.com/"))
	}
	for _, modules := range firstGroups(t, "../docs/dependencies.md", documentedDependency) {
		documented = append(documented, strings.Split(modules, ", ")...)
	}
	slices.Sort(want)
	slices.Sort(documented)
	if !slices.Equal(want, documented) {
		t.Errorf("go.mod has %q\nthe page has %q", want, documented)
	}
}

// firstGroups are what the first group of a pattern matches in a file.
func firstGroups(t *testing.T, path string, pattern *regexp.Regexp) (groups []string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range pattern.FindAllStringSubmatch(string(text), -1) {
		groups = append(groups, found[1])
	}
	return groups
}
