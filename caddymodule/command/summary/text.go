package summary

import (
	"fmt"
	"io"
	"strings"
	"time"
)

const (
	// maxListed is how many findings of a check are shown on a terminal.
	maxListed = 5
	// maxLine is how long a line of them is, in characters.
	maxLine = 300
)

// Text writes the summary for a terminal: what is wrong, in few lines. more says where the rest is to be found.
func (s *Summary) Text(w io.Writer, more string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "caddy workos: %s\n", s.requests())
	for _, c := range s.Checks() {
		if c.Unlisted || c.Count == 0 {
			continue
		}
		fmt.Fprintf(&b, "  %s: %d", c.Name, c.Count)
		if c.Fails {
			b.WriteString(", which --fail-on makes a failure")
		}
		b.WriteByte('\n')
		for _, found := range c.Found[:min(len(c.Found), maxListed)] {
			fmt.Fprintf(&b, "    %s\n", cut(found))
		}
		if left := len(c.Found) - maxListed; left > 0 {
			fmt.Fprintf(&b, "    and %d more: %s\n", left, more)
		}
	}
	fmt.Fprintf(&b, "caddy workos: %s after %s", s.ended(), s.Took.Round(time.Millisecond))
	if why := s.failures(); why != "" && s.Code == 0 {
		fmt.Fprintf(&b, ", and --fail-on makes it %d (%s)", s.ExitCode(), why)
	}
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

// cut shortens a line.
func cut(line string) string {
	if characters := []rune(line); len(characters) > maxLine {
		return string(characters[:maxLine]) + "…"
	}
	return line
}
