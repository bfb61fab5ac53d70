package integration

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// markdown is a page of the documentation, as far as tests read it: headings, code and links.
type markdown struct {
	path     string // below the top folder
	headings []string
	code     []codeBlock
	links    []string
}

type codeBlock struct{ language, text string }

var (
	fence   = regexp.MustCompile("^```(\\w*)$")
	heading = regexp.MustCompile(`^#+ (.+)$`)
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	inCode  = regexp.MustCompile("`[^`]*`")
)

// readPage reads a page of the documentation.
func readPage(t *testing.T, path string) markdown {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", path))
	if err != nil {
		t.Fatal(err)
	}
	m := markdown{path: path}
	var block *codeBlock
	for line := range strings.Lines(string(text)) {
		bare := strings.TrimSuffix(line, "\n")
		switch opening := fence.FindStringSubmatch(bare); {
		case opening != nil && block == nil:
			block = &codeBlock{language: opening[1]}
		case opening != nil:
			m.code = append(m.code, *block)
			block = nil
		case block != nil:
			block.text += line
		case heading.MatchString(bare):
			m.headings = append(m.headings, heading.FindStringSubmatch(bare)[1])
		default:
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
