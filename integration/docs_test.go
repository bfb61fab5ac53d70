package integration

import (
	"os"
	"path/filepath"
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
