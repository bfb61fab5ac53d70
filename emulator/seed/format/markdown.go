package format

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// The lines of a document that the generated sections stand between.
const (
	begin = "<!-- generated: fields -->\n"
	end   = "<!-- end of what is generated -->\n"
)

// UpdateMarkdown replaces what is between the markers in a document by [Description.Markdown].
func (d *Description) UpdateMarkdown(document []byte) ([]byte, error) {
	before, rest, ok := bytes.Cut(document, []byte(begin))
	_, after, closed := bytes.Cut(rest, []byte(end))
	if !ok || !closed {
		return nil, fmt.Errorf("want the lines %q and %q", begin, end)
	}
	return slices.Concat(before, []byte(begin+"\n"+d.Markdown()+"\n"+end), after), nil
}

// Markdown documents the block and those within it: a section each, with a table of its fields.
func (d *Description) Markdown() string {
	sections := []string{d.section()}
	for _, b := range d.Blocks() {
		sections = append(sections, b.section())
	}
	return strings.Join(sections, "\n")
}

func (d *Description) section() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s\n\n", d.heading(), wrap(d.About))
	if d.Notes != "" {
		fmt.Fprintf(&b, "%s\n\n", strings.TrimSpace(d.Notes))
	}
	b.WriteString("| field | value | meaning |\n|---|---|---|\n")
	for _, f := range d.requiredFirst() {
		about := f.About
		if f.Required {
			about = "required. " + about
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.Name, f.Type.Words, strings.ReplaceAll(about, "|", `\|`))
	}
	if len(d.Ignored) > 0 {
		fmt.Fprintf(&b, "\n%s\n", wrap("Accepted with a warning: `"+strings.Join(d.Ignored, "`, `")+"`."))
	}
	return b.String()
}

func (d *Description) requiredFirst() []FieldDescription {
	var required, optional []FieldDescription
	for _, f := range d.Fields {
		if f.Required {
			required = append(required, f)
		} else {
			optional = append(optional, f)
		}
	}
	return append(required, optional...)
}

// heading is that of the block's section.
func (d *Description) heading() string {
	if d.Heading != "" {
		return d.Heading
	}
	return strings.ReplaceAll(d.Name, ".", ": ")
}

// anchor links to the block's section, as GitHub makes it of the heading.
func (d *Description) anchor() string {
	return "#" + strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case strings.ContainsRune(":,.()`", r):
			return -1
		}
		return r
	}, strings.ToLower(d.heading()))
}

// wrap breaks a paragraph into lines of at most 120 characters.
func wrap(paragraph string) string {
	const width = 120
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(paragraph) {
		length := len([]rune(word))
		switch {
		case column == 0:
		case column+1+length > width:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += length
	}
	return b.String()
}
