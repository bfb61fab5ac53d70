package seed

import (
	"fmt"

	"go.yaml.in/yaml/v4"
)

// maxProblems is how many problems of a file are told.
const maxProblems = 1000

// decoder turns the tree of a file into entries, and collects everything that is wrong with it.
type decoder struct {
	file string
	expander
	// budget is how many nodes may still be read. Only aliases can make a file larger than it is.
	budget int

	problems Problems
	more     int // problems that are not told
	warnings []Problem
	warned   map[string]bool
	hidden   map[string]string // what placeholders stood for: as the file has it, by value
	suggester
}

func (d *decoder) fail(at place, format string, args ...any) {
	if len(d.problems) == maxProblems {
		d.more++
		return
	}
	d.problems = append(d.problems, d.problem(at, fmt.Sprintf(format, args...)))
}

// warn warns once about each subject.
func (d *decoder) warn(subject string, at place, message string) {
	if !d.warned[subject] {
		d.warned[subject] = true
		d.warnings = append(d.warnings, d.problem(at, message))
	}
}

func (d *decoder) problem(at place, message string) Problem {
	return Problem{File: d.file, Line: at.line, Column: at.column, Path: at.path.String(), Message: message}
}

// afford spends one of the nodes that may be read, and fails once when there is none left.
func (d *decoder) afford(at place) bool {
	d.budget--
	if d.budget == -1 {
		d.fail(at, "aliases make the document too large")
	}
	return d.budget >= 0
}

// value prepares a node for decoding.
func (d *decoder) value(n *yaml.Node, p *path) value {
	return value{d: d, node: resolve(n), place: place{p, n.Line, n.Column}}
}

// written prepares a string that is no node of its own, such as a mapping's key.
func (d *decoder) written(characters string, at place) value {
	return value{d: d, node: &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: characters}, place: at}
}
