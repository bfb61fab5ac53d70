package integration

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// markdown is a page of the documentation, as far as tests read it: headings, tables, code and links.
type markdown struct {
	path     string // below the top folder
	chapters []chapter
	code     []codeBlock
	links    []string
}

// chapter is what stands below one heading.
type chapter struct {
	title string
	text  string
	rows  [][]string // of its tables, without their heads
}

type codeBlock struct{ language, text string }

var (
	fence     = regexp.MustCompile("^```(\\w*)$")
	heading   = regexp.MustCompile(`^#+ (.+)$`)
	separator = regexp.MustCompile(`^\|[-| ]+\|$`)
	link      = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	quoted    = regexp.MustCompile("`([^`]+)`")
	inCode    = regexp.MustCompile("`[^`]*`")
)

// readPage reads a page of the documentation.
func readPage(t *testing.T, path string) markdown {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", path))
	if err != nil {
		t.Fatal(err)
	}
	m := markdown{path: path, chapters: []chapter{{}}}
	var block *codeBlock
	for line := range strings.Lines(string(text)) {
		bare := strings.TrimSuffix(line, "\n")
		current := &m.chapters[len(m.chapters)-1]
		switch opening := fence.FindStringSubmatch(bare); {
		case opening != nil && block == nil:
			block = &codeBlock{language: opening[1]}
		case opening != nil:
			m.code = append(m.code, *block)
			block = nil
		case block != nil:
			block.text += line
		case heading.MatchString(bare):
			m.chapters = append(m.chapters, chapter{title: heading.FindStringSubmatch(bare)[1]})
		case separator.MatchString(bare):
			current.rows = current.rows[:len(current.rows)-1]
		case strings.HasPrefix(bare, "|"):
			current.rows = append(current.rows, cells(bare))
			fallthrough
		default:
			current.text += line
			for _, found := range link.FindAllStringSubmatch(inCode.ReplaceAllString(bare, ""), -1) {
				m.links = append(m.links, found[1])
			}
		}
	}
	if block != nil {
		t.Fatalf("%s: a code block has no end", path)
	}
	return m
}

func cells(row string) []string {
	parts := strings.Split(strings.Trim(row, "|"), "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// chapter finds a chapter by its title.
func (m markdown) chapter(t *testing.T, title string) chapter {
	t.Helper()
	for _, c := range m.chapters {
		if c.title == title {
			return c
		}
	}
	t.Fatalf("%s has no chapter %q", m.path, title)
	return chapter{}
}

// column returns what is in backticks in one column of the chapter's tables.
func (c chapter) column(index int) (names []string) {
	for _, row := range c.rows {
		for _, found := range quoted.FindAllStringSubmatch(row[index], -1) {
			names = append(names, found[1])
		}
	}
	return names
}

// anchor is how GitHub names a heading in links.
func anchor(title string) string {
	kept := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', r == '_', r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, strings.ToLower(title))
	return kept
}

// documentation are the project's pages.
func documentation(t *testing.T) (pages []markdown) {
	t.Helper()
	found, err := filepath.Glob("../docs/*.md")
	if err != nil || len(found) == 0 {
		t.Fatalf("docs: %v, %v", found, err)
	}
	for _, path := range append(found, "../README.md", "../examples/README.md") {
		pages = append(pages, readPage(t, strings.TrimPrefix(path, "../")))
	}
	return pages
}
