package summary

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/caddy-workos/caddy-workos/emulator/help"
)

// Markdown returns the summary as GitHub shows it.
func (s *Summary) Markdown() []byte {
	var b strings.Builder
	verdict := "passed"
	if s.ExitCode() != 0 {
		verdict = "failed"
	}
	fmt.Fprintf(&b, "### caddy workos: %s\n\n%s after %s.\n\n", verdict, escaped(s.ended()), s.Took.Round(time.Millisecond))
	if why := s.failures(); why != "" {
		fmt.Fprintf(&b, "`--fail-on`: %s.\n\n", escaped(why))
	}
	b.WriteString("| answered by | requests |\n|---|---:|\n")
	counts, total := s.counts()
	for _, c := range counts {
		fmt.Fprintf(&b, "| %s | %d |\n", c.source, c.n)
	}
	fmt.Fprintf(&b, "| all | %d |\n", total)
	for _, c := range s.Checks() {
		if c.Unlisted || c.Count == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n| %s: %d |\n|---|\n", c.Name, c.Count)
		for _, found := range c.Found {
			fmt.Fprintf(&b, "| %s |\n", escaped(found))
		}
	}
	b.WriteByte('\n')
	return []byte(b.String())
}

// escaped returns a text as Markdown that shows it, in one line of a table. Addresses of the documentation stay links.
func escaped(text string) string {
	words := strings.Split(text, " ")
	for i, word := range words {
		if !helpAddress.MatchString(word) {
			words[i] = escapedWord(word)
		}
	}
	return strings.Join(words, " ")
}

var helpAddress = regexp.MustCompile(`^` + regexp.QuoteMeta(help.Page) + `(#[0-9a-z_-]+)?$`)

func escapedWord(word string) string {
	var b strings.Builder
	for _, c := range word {
		switch {
		case c == '&':
			b.WriteString("&amp;")
		case c == '<':
			b.WriteString("&lt;")
		case c == '>':
			b.WriteString("&gt;")
		case c == '@': // which names a person
			b.WriteString("&#64;")
		case strings.ContainsRune("\\`*_{}[]#!|~$", c):
			b.WriteByte('\\')
			b.WriteRune(c)
		case unicode.IsControl(c) || c == '\u2028' || c == '\u2029':
			b.WriteByte(' ')
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}
