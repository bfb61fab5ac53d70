package caddymodule

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The pages with generated tables: of options and groups, and of flags.
const (
	referencePath = "../docs/configuration.md"
	commandsPath  = "../docs/commands.md"
)

// The lines that a generated table stands between.
const (
	tableBegin = "<!-- generated: %s -->\n\n"
	tableEnd   = "\n<!-- end of what is generated -->\n"
)

// referenceTable is a table of one of these pages.
type referenceTable struct {
	name string // as the line before it has it
	head []string
	rows [][]string
}

// TestReference compares the tables of the pages with the options, flags and groups of the code. With -update, as
// `go generate` calls it, it writes them anew.
func TestReference(t *testing.T) {
	t.Parallel()
	comparePage(t, referencePath, append(optionTables(t), groupTable()))
	comparePage(t, commandsPath, flagTables(t, readFile(t, commandsPath)))
}

func comparePage(t *testing.T, path string, tables []referenceTable) {
	t.Helper()
	before := readFile(t, path)
	page := before
	for _, table := range tables {
		opening := fmt.Sprintf(tableBegin, table.name)
		head, rest, opened := strings.Cut(page, opening)
		is, tail, closed := strings.Cut(rest, tableEnd)
		switch want := withLinks(t, path, table.markdown()); {
		case !opened || !closed:
			t.Errorf("%s: there is no place for the table of %s: want the lines %q and %q", path, table.name, opening, tableEnd)
		case is != want:
			page = head + opening + want + tableEnd + tail
		}
	}
	if *update {
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if page != before {
		t.Errorf("%s: a table is stale: run go generate ./caddymodule", path)
	}
	if found := strings.Count(page, strings.TrimSuffix(tableBegin, "%s -->\n\n")); found != len(tables) {
		t.Errorf("%s: there are %d places for generated tables, and %d tables", path, found, len(tables))
	}
}

func (t referenceTable) markdown() string {
	var b strings.Builder
	for i, cells := range append([][]string{t.head}, t.rows...) {
		for _, cell := range cells {
			b.WriteString(strings.TrimRight("| "+strings.ReplaceAll(cell, "|", `\|`), " ") + " ")
		}
		b.WriteString("|\n")
		if i == 0 {
			b.WriteString(strings.Repeat("|---", len(t.head)) + "|\n")
		}
	}
	return b.String()
}

var pageNamed = regexp.MustCompile(`docs/(\w+\.md)(?:#([\w-]+))?`)

// withLinks makes links of the names of pages and of their chapters.
func withLinks(t *testing.T, path, text string) string {
	return pageNamed.ReplaceAllStringFunc(text, func(named string) string {
		found := pageNamed.FindStringSubmatch(named)
		file, anchor := found[1], found[2]
		if anchor == "" {
			return fmt.Sprintf("[%s](%s)", file, file)
		}
		for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(readFile(t, "../docs/"+file), -1) {
			if strings.ReplaceAll(strings.ToLower(heading[1]), " ", "-") != anchor {
				continue
			}
			if file == filepath.Base(path) {
				file = ""
			}
			return fmt.Sprintf("[%s](%s#%s)", heading[1], file, anchor)
		}
		t.Errorf("there is no chapter %s", named)
		return named
	})
}
