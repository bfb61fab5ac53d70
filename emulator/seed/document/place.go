package document

import "strconv"

// Place is where in the file something stands.
type Place struct {
	Path         *Path
	Line, Column int
}

// At is the place of a field that a mapping at this place lacks.
func (p Place) At(field string) Place { return Place{p.Path.At(field), p.Line, p.Column} }

// Path leads from the document, whose path is nil, to a value. Only one that is shown is ever put together.
type Path struct {
	parent *Path
	field  string // empty for an element of a sequence
	index  int
}

// At is the path of a field.
func (p *Path) At(field string) *Path { return &Path{parent: p, field: field} }

func (p *Path) element(index int) *Path { return &Path{parent: p, index: index} }

// String returns the path in the form `connectApplications[0].organization`.
func (p *Path) String() string {
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

// SetPlace has an entry know where it stands: one that embeds a Place.
func (p *Place) SetPlace(at Place) { *p = at }

// GetPlace is where an entry stands that embeds a Place.
func (p *Place) GetPlace() Place { return *p }
