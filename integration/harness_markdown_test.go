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
	prose    string // what is neither
}

// codeBlock is a fenced block of a page.
type codeBlock struct {
	language, text string
	line           int      // of the opening fence
	section        int      // how many headings come before it
	comments       []string // HTML comments, a line each, right before it
}

var (
	fence   = regexp.MustCompile("^( *)```(\\w*)$")
	noFence = regexp.MustCompile("^[ \t>*-]*(```|~~~)|^(    |\t)") // a block in another form than the tests read, if it is not in one
	comment = regexp.MustCompile(`^ *<!-- (.+) -->$`)
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
	var comments []string
	indent, number := "", 0
	for line := range strings.Lines(string(text)) {
		number++
		bare := strings.TrimSuffix(line, "\n")
		switch opening := fence.FindStringSubmatch(bare); {
		case opening != nil && block == nil:
			indent = opening[1]
			block = &codeBlock{language: opening[2], line: number, section: len(m.headings), comments: comments}
		case opening != nil:
			m.code = append(m.code, *block)
			block, comments = nil, nil
		case block != nil:
			block.text += strings.TrimPrefix(line, indent)
		case comment.MatchString(bare):
			comments = append(comments, comment.FindStringSubmatch(bare)[1])
		case noFence.MatchString(bare):
			t.Errorf("%s:%d: code stands between lines of ``` alone, with a language, so that tests read it", path, number)
		case bare == "":
		case heading.MatchString(bare):
			m.headings = append(m.headings, heading.FindStringSubmatch(bare)[1])
			comments = nil
		default:
			comments = nil
			m.prose += line
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
	for _, pattern := range []string{"../*.md", "../docs/*.md", "../examples/*.md", "../examples/*/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			pages = append(pages, readPage(t, strings.TrimPrefix(filepath.ToSlash(path), "../")))
		}
	}
	return pages
}
