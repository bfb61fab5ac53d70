package integration

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
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

// seedChapters are the chapters that document what the seed's schema defines.
var seedChapters = map[string]string{
	"": "File", "organization": "organizations", "domain": "organizations: domains", "user": "users",
	"connectApplication": "connectApplications", "redirectURI": "connectApplications: redirect_uris",
	"apiKey": "apiKeys, as a sequence", "environmentKey": "apiKeys, as a mapping", "errorHook": "errorHooks",
}

var withWarning = regexp.MustCompile(`(?s)Accepted with a warning: (.*?)\.\n`)

// TestSeedFieldsAreDocumented compares the reference with the schema, which other tests compare with the code.
func TestSeedFieldsAreDocumented(t *testing.T) {
	t.Parallel()
	type object struct {
		Properties map[string]struct{ Deprecated bool }
	}
	var schema struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	if err := json.Unmarshal(seed.Schema, &schema); err != nil {
		t.Fatal(err)
	}
	objects := schema.Defs
	objects[""] = schema.object
	reference := readPage(t, "docs/seed.md")
	for name, definition := range objects {
		title, ok := seedChapters[name]
		if !ok {
			t.Errorf("the schema's %s has no chapter in docs/seed.md", name)
			continue
		}
		var fields, ignored, documentedIgnored []string
		for field, about := range definition.Properties {
			if about.Deprecated {
				ignored = append(ignored, field)
			} else {
				fields = append(fields, field)
			}
		}
		about := reference.chapter(t, title)
		same(t, title, fields, about.column(0))
		if found := withWarning.FindStringSubmatch(about.text); found != nil {
			for _, field := range quoted.FindAllStringSubmatch(found[1], -1) {
				documentedIgnored = append(documentedIgnored, field[1])
			}
		}
		if len(ignored)+len(documentedIgnored) > 0 {
			same(t, title+", with a warning", ignored, documentedIgnored)
		}
	}
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
