package seed

import "strconv"

// path leads from the document to a value. Only a path that is shown is ever put together.
type path struct {
	parent *path
	field  string // empty for an element of a sequence
	index  int
}

func (p *path) at(field string) *path { return &path{parent: p, field: field} }

func (p *path) element(index int) *path { return &path{parent: p, index: index} }

// String returns the path in the form `connectApplications[0].organization`.
func (p *path) String() string {
	if p == nil {
		return ""
	}
	before := p.parent.String()
	switch {
	case p.field == "":
		return before + "[" + strconv.Itoa(p.index) + "]"
	case before == "":
		return p.field
	}
	return before + "." + p.field
}
