package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/caddymodule"
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

// TestOptionsAreDocumented compares the reference with the JSON names of the modules, and with the options that the
// directives say they have.
func TestOptionsAreDocumented(t *testing.T) {
	t.Parallel()
	reference := readPage(t, "docs/configuration.md")
	for name, module := range map[string]any{
		"workos_emulator": caddymodule.Emulator{}, "workos_fixtures": caddymodule.Fixtures{}, "transport workos": caddymodule.Transport{},
	} {
		same(t, "JSON of "+name, jsonNames(reflect.TypeOf(module)), reference.chapter(t, name).column(1))
	}
	for name, options := range map[string][]string{
		"workos_emulator": optionsOf(t, "workos_emulator"), "workos_fixtures": optionsOf(t, "workos_fixtures ./fixtures"),
		"workos": optionsOf(t, "workos"), "transport workos": jsonNames(reflect.TypeOf(caddymodule.Transport{})),
	} {
		same(t, "options of "+name, options, reference.chapter(t, name).column(0))
	}
}

// jsonNames are the names of a struct's own fields.
func jsonNames(of reflect.Type) (names []string) {
	for i := range of.NumField() {
		if field := of.Field(i); field.IsExported() && !field.Anonymous {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	return names
}

var knownOptions = regexp.MustCompile(`the options are (.+?)(?:, at |")`)

// optionsOf asks a directive for its options, which it names when it is given one that it does not have.
func optionsOf(t *testing.T, directive string) []string {
	t.Helper()
	config := filepath.Join(t.TempDir(), "Caddyfile")
	write(t, config, fmt.Sprintf("http://localhost {\n\t%s {\n\t\tno_such_option\n\t}\n}\n", directive))
	said, err := runToEnd(t, nil, "adapt", "--config", config, "--adapter", "caddyfile")
	found := knownOptions.FindStringSubmatch(said)
	if err == nil || found == nil {
		t.Fatalf("%s says %s", directive, said)
	}
	list := strings.ReplaceAll(strings.TrimSuffix(found[1], " and those of workos_emulator"), " and ", ", ")
	return strings.Split(list, ", ")
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
