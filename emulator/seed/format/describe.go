package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Description is what a [Block] is, apart from how it is decoded.
type Description struct {
	Name, Heading, Definition, Entry, About, Notes string
	Fields                                         []FieldDescription
	Ignored                                        []string
	Extensible                                     bool
	Together                                       Schema
}

// FieldDescription is what a [Field] is, apart from how it is decoded.
type FieldDescription struct {
	Name     string
	Required bool
	About    string // what it means, in sentences of Markdown
	Type     TypeDescription
}

// Describe describes the block.
func (b *Block[T]) Describe() *Description {
	d := &Description{b.Name, b.Heading, b.Definition, b.Entry, b.About, b.Notes, nil, b.Ignored, b.Extensible, b.Together}
	for i := range b.Fields {
		d.Fields = append(d.Fields, b.Fields[i].FieldDescription)
	}
	return d
}

// Blocks are the blocks that the fields of a block hold, and those within them, each after the one that it is in.
func (d *Description) Blocks() []*Description {
	var blocks []*Description
	for _, f := range d.Fields {
		for _, b := range f.Type.Blocks {
			blocks = append(append(blocks, b), b.Blocks()...)
		}
	}
	return blocks
}

// ref is the schema of an entry of the block.
func (d *Description) ref() Schema { return Schema{Ref: "#/$defs/" + d.Definition} }

// schema is that of an entry of the block.
func (d *Description) schema() Schema {
	s := d.Together
	s.Description, s.Type, s.AdditionalProperties = d.Entry, Types{"object"}, false
	for _, f := range d.Fields {
		property := f.Type.Schema
		if f.Required {
			s.Required = append(slices.Clip(s.Required), f.Name)
		} else {
			property = property.orNull()
		}
		property.Description = f.About
		s.Properties = append(s.Properties, Property{f.Name, property})
	}
	for _, name := range d.Ignored {
		s.Properties = append(s.Properties, Property{name, Schema{
			Description: "Known from the WorkOS emulator. Accepted with a warning; has no effect here.", Deprecated: true,
		}})
	}
	if d.Extensible {
		s.PatternProperties = Properties{{"^x-", Schema{Description: "A place for anchors. It has no effect."}}}
	}
	return s
}

// JSONSchema is the schema of a file whose content is the block.
func (d *Description) JSONSchema() ([]byte, error) {
	s := d.schema().orNull()
	s.Version, s.Title = "https://json-schema.org/draft/2020-12/schema", d.Definition
	for _, b := range d.Blocks() {
		s.Definitions = append(s.Definitions, Property{b.Definition, b.schema()})
	}
	written, err := marshal(s)
	if err != nil {
		return nil, fmt.Errorf("write JSON Schema: %w", err)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, written, "", "  "); err != nil {
		return nil, fmt.Errorf("write JSON Schema: %w", err)
	}
	indented.WriteByte('\n')
	return indented.Bytes(), nil
}
