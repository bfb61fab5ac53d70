package document

import (
	"cmp"
	"fmt"
	"strings"
)

// Problem is one thing wrong with a file, or worth a warning. It never holds a secret's value.
type Problem struct {
	File string
	// Line and Column count from 1; both are 0 where the problem is the file's as a whole.
	Line, Column int
	// Path leads to the value, as in `connectApplications[0].organization`; it is empty for the whole document.
	Path    string
	Message string
}

// String returns `file:line:column: path: message`, without the parts that the problem lacks.
func (p Problem) String() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File)
		b.WriteByte(':')
	}
	if p.Line > 0 {
		fmt.Fprintf(&b, "%d:%d:", p.Line, p.Column)
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	if p.Path != "" {
		b.WriteString(p.Path)
		b.WriteString(": ")
	}
	b.WriteString(p.Message)
	return b.String()
}

// Problems is everything wrong with a file, in the order of the file.
type Problems []Problem

// Error returns one problem a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

func byPosition(a, b Problem) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}
