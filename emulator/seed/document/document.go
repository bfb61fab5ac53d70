// Package document reads a file of YAML or JSON into values that know where in it they stand. Everything that is wrong
// with the file is collected, with line, column and path.
//
// A caller asks [Document.Root] for the value of the file, walks down by [Value.Members], [Value.Elements] and the other
// methods of [Value], and then reads [Document.Problems].
package document

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

const (
	maxProblems = 1000 // of a file that are reported
	// maxAliased is how many nodes the aliases of a file may add to it.
	maxAliased = 1_000_000
)

// Options are what reading a file depends on besides its content.
type Options struct {
	// LookupEnv finds the environment variables of `{env.NAME}`. It defaults to os.LookupEnv.
	LookupEnv func(string) (string, bool)
	// Dir is the folder that relative paths of `{file.PATH}` start from. It defaults to the working directory.
	Dir string
	// SecretPrefix begins secrets. No problem quotes a text that contains it. It may be empty.
	SecretPrefix string
}

// Document is one file. It is not safe for concurrent use.
type Document struct {
	name         string
	root         *yaml.Node // nil for an empty file
	secretPrefix string
	expander
	budget int // nodes that may still be read

	problems Problems
	more     int // problems beyond maxProblems
	warnings []Problem
	warned   map[string]bool
	sources  map[string]string // the text with placeholders, by what it became
	suggester
}

// Read reads YAML or JSON. The name is that of the file in problems. Where the syntax is wrong, that is the only problem.
func Read(name string, data []byte, o Options) *Document {
	if o.LookupEnv == nil {
		o.LookupEnv = os.LookupEnv
	}
	d := &Document{
		name: name, secretPrefix: o.SecretPrefix, budget: len(data) + maxAliased,
		expander: expander{lookupEnv: o.LookupEnv, dir: o.Dir, secretPrefix: o.SecretPrefix},
		warned:   map[string]bool{}, sources: map[string]string{},
	}
	root, problem := syntaxTree(name, data)
	if problem != nil {
		d.problems = Problems{*problem}
		return d
	}
	d.root = root
	return d
}

// Root returns the value of the file. It is false for a file that is empty, or null, or has a syntax error.
func (d *Document) Root() (Value, bool) {
	if d.root == nil {
		return Value{}, false
	}
	v := d.value(d.root, nil)
	return v, !v.IsNull()
}

// Fail reports a problem. The message must not hold a secret.
func (d *Document) Fail(at Place, format string, args ...any) {
	if len(d.problems) == maxProblems {
		d.more++
		return
	}
	d.problems = append(d.problems, d.problem(at, fmt.Sprintf(format, args...)))
}

// Warn reports what has no effect, once for each subject.
func (d *Document) Warn(subject string, at Place, message string) {
	if !d.warned[subject] {
		d.warned[subject] = true
		d.warnings = append(d.warnings, d.problem(at, message))
	}
}

func (d *Document) problem(at Place, message string) Problem {
	return Problem{File: d.name, Line: at.Line, Column: at.Column, Path: at.Path.String(), Message: message}
}

// Problems returns everything that is wrong with the file, in its order: none for a file that is right.
func (d *Document) Problems() Problems {
	problems := slices.Clone(d.problems)
	slices.SortStableFunc(problems, byPosition)
	if d.more > 0 {
		problems = append(problems, Problem{File: d.name, Message: fmt.Sprintf("has %d problems more", d.more)})
	}
	return problems
}

// Warnings returns what was warned of, in the order of the warnings.
func (d *Document) Warnings() []Problem { return d.warnings }

// Sources returns the texts of the file that hold placeholders, by what these made of them.
func (d *Document) Sources() map[string]string { return d.sources }

// SecretPrefix is that of the [Options].
func (d *Document) SecretPrefix() string { return d.secretPrefix }

// MayHoldSecret tells a text that no message may quote.
func (d *Document) MayHoldSecret(text string) bool { return holdsPrefix(text, d.secretPrefix) }

func holdsPrefix(text, prefix string) bool { return prefix != "" && strings.Contains(text, prefix) }

// readNode takes a node off the budget, and fails once when there is none left. Only aliases can make a file larger than
// it is.
func (d *Document) readNode(at Place) bool {
	d.budget--
	if d.budget == -1 {
		d.Fail(at, "aliases make the document too large")
	}
	return d.budget >= 0
}

// value is what a node holds.
func (d *Document) value(n *yaml.Node, p *Path) Value {
	return Value{doc: d, node: followAlias(n), Place: Place{p, n.Line, n.Column}}
}
