package caddymodule

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documentedDirectives are the options of each directive in a Caddyfile, and the module that its JSON is, by the chapter of
// docs/configuration.md that has them.
var documentedDirectives = map[string]struct {
	options []string
	module  reflect.Type // nil for a directive that is not a module of its own
}{
	"workos_emulator":  {emulatorBlock.own, reflect.TypeFor[Emulator]()},
	"workos_fixtures":  {fixturesBlock.own, reflect.TypeFor[Fixtures]()},
	"transport workos": {jsonNames(reflect.TypeFor[Transport]()), reflect.TypeFor[Transport]()}, // those of transport http are Caddy's
	"workos":           {shortBlock.own[len(emulatorBlock.own):], nil},                          // it also has those of workos_emulator
}

// TestOptionsAreDocumented compares the tables of the reference with the options that the directives take, and with the JSON
// names of the modules.
func TestOptionsAreDocumented(t *testing.T) {
	t.Parallel()
	reference := readFile(t, "../docs/configuration.md")
	for chapter, directive := range documentedDirectives {
		if got := quotedInColumn(t, reference, chapter, 0); !sameNames(got, directive.options) {
			t.Errorf("%s has the options %q, and %q are documented", chapter, directive.options, got)
		}
		if directive.module == nil {
			continue
		}
		if got, want := quotedInColumn(t, reference, chapter, 1), jsonNames(directive.module); !sameNames(got, want) {
			t.Errorf("the JSON of %s has the names %q, and %q are documented", chapter, want, got)
		}
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

var (
	pageHeading    = regexp.MustCompile(`(?m)^#+ (.+)$`)
	tableSeparator = regexp.MustCompile(`^\|[-| ]+\|$`)
	inBackticks    = regexp.MustCompile("`([^`]+)`")
)

// quotedInColumn returns what is in backticks in one column of a chapter's tables, below their heads.
func quotedInColumn(t *testing.T, page, chapter string, column int) (names []string) {
	t.Helper()
	at := slices.IndexFunc(pageHeading.FindAllStringSubmatchIndex(page, -1), func(h []int) bool { return page[h[2]:h[3]] == chapter })
	if at < 0 {
		t.Fatalf("there is no chapter %s", chapter)
	}
	isBody := false
	for line := range strings.Lines(pageHeading.Split(page, -1)[at+1]) {
		row := strings.TrimSpace(line)
		switch {
		case tableSeparator.MatchString(row):
			isBody = true
		case !strings.HasPrefix(row, "|"):
			isBody = false
		case isBody:
			for _, found := range inBackticks.FindAllStringSubmatch(strings.Split(strings.Trim(row, "|"), "|")[column], -1) {
				names = append(names, found[1])
			}
		}
	}
	return names
}

// sameNames tells whether two lists have the same names, each once, in any order.
func sameNames(a, b []string) bool {
	return len(a) > 0 && slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
