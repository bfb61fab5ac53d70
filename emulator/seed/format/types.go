package format

import (
	"regexp"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
)

// Placeholder is a pattern for the beginning of `{env.NAME}` and `{file.PATH}`. A pattern of a JSON Schema that these do not
// match has it as an alternative, because the schema sees the text before they are replaced.
const Placeholder = `\{(env|file)\.`

// Type is how a value is written in the file, and what it is decoded to.
type Type[V any] struct {
	TypeDescription
	Decode func(document.Value) V
}

// TypeDescription is what a [Type] is, apart from how it is decoded.
type TypeDescription struct {
	Schema Schema         // without null
	Words  string         // for the documentation, in Markdown, such as "string"
	Blocks []*Description // those that the value holds
}

// New makes a type. The words are those of the documentation, in Markdown.
func New[V any](words string, schema Schema, decode func(document.Value) V) Type[V] {
	return Type[V]{TypeDescription{Schema: schema, Words: words}, decode}
}

// Text is a string that a rule holds for. It may be empty, if the rule allows it.
func Text(rule field.Rule) Type[document.Text] {
	return New("string", textSchema(rule), func(v document.Value) document.Text { return Check(v, v.Text(), rule) })
}

// FilledText is a string that is not empty.
func FilledText(rule field.Rule) Type[document.Text] {
	s := textSchema(rule)
	s.MinLength = max(s.MinLength, 1)
	return New("string", s, func(v document.Value) document.Text { return Check(v, v.FilledText(), rule) })
}

// RequiredText is a string for a [Required] field: more than white space.
func RequiredText(rule field.Rule) Type[document.Text] {
	s := textSchema(rule)
	if s.Pattern == "" {
		s.Pattern = `\S`
	}
	return New("string", s, func(v document.Value) document.Text { return Check(v, v.RequiredText(), rule) })
}

// TextSet is a sequence of strings that a rule holds for. Those that come again are left out.
func TextSet(rule field.Rule) Type[[]document.Text] {
	return New("sequence of strings", sequence(textSchema(rule)), func(v document.Value) []document.Text {
		var allowed []document.Text
		seen := map[string]bool{}
		for _, t := range v.FilledTexts() {
			if t = Check(v, t, rule); t.Set && !seen[t.Value] {
				seen[t.Value] = true
				allowed = append(allowed, t)
			}
		}
		return allowed
	})
}

// Check reports a text that a rule refuses, of a value or within it. The text is then not set.
func Check(v document.Value, t document.Text, rule field.Rule) document.Text {
	if !t.Set || rule.Check == nil {
		return t
	}
	if refused := rule.Check(t.Value); refused != nil {
		v.Document().Fail(t.Place, "%s", refused.Message)
		t.Set = false
	}
	return t
}

// textSchema is what a rule says in advance of a text, which may hold placeholders.
func textSchema(rule field.Rule) Schema {
	s := Schema{Type: Types{"string"}, MinLength: rule.MinLength, MaxLength: rule.MaxLength}
	switch {
	case rule.Characters != "" && regexp.MustCompile(`[`+rule.Characters+`]`).MatchString("{"): // as in a placeholder
		s.Pattern = `^[` + rule.Characters + `]+$`
	case rule.Characters != "":
		s.Pattern = `^([` + rule.Characters + `]|` + Placeholder + `[^{}]+\})+$`
	case rule.Pattern != "":
		s.Pattern = rule.Pattern + `|` + Placeholder
	}
	return s
}

func sequence(items Schema) Schema { return Schema{Type: Types{"array"}, Items: &items} }

// OneOf is one of a few words.
func OneOf(words ...string) Type[document.Text] {
	s := Schema{}
	for _, word := range words {
		s.Enum = append(s.Enum, word)
	}
	return New("`"+strings.Join(words, "` or `")+"`", s, func(v document.Value) document.Text { return v.OneOf(words...) })
}

var boolean = Schema{Type: Types{"boolean"}}

// Bool is true or false, and false where it is left out.
var Bool = New("`true` or `false`", boolean, document.Value.IsTrue)

// MaybeBool is true or false, and nil where it is left out.
var MaybeBool = New("`true` or `false`", boolean, document.Value.Bool)

// Time is a moment or a date, and zero where it is left out.
var Time = New("time or date", Schema{Type: Types{"string"}}, document.Value.Time)

// Duration describes a length of time. decode decodes it, within the bounds of the field.
func Duration(decode func(document.Value) time.Duration) Type[time.Duration] {
	return New("duration", Schema{Type: Types{"string", "number"}}, decode)
}

// Integer is a whole number within bounds, and 0 where it is left out.
func Integer(least, most int) Type[int] {
	s := Schema{Type: Types{"integer"}, Minimum: Bound(least), Maximum: Bound(most)}
	return New("whole number", s, func(v document.Value) int {
		if v.IsNull() {
			return 0
		}
		number, _ := v.Integer(least, most)
		return number
	})
}

// Entry describes one entry of a block.
func Entry(block *Description) TypeDescription {
	return TypeDescription{block.ref(), "[mapping](" + block.anchor() + ")", []*Description{block}}
}

// Entries describes a sequence of the entries of a block.
func Entries(block *Description) TypeDescription {
	return TypeDescription{sequence(block.ref()), "sequence of [mappings](" + block.anchor() + ")", []*Description{block}}
}

// EntriesOrTexts describes a sequence whose elements are entries of a block, or strings that a rule holds for.
func EntriesOrTexts(block *Description, rule field.Rule) TypeDescription {
	items := Schema{AnyOf: []Schema{textSchema(rule), block.ref()}}
	return TypeDescription{sequence(items), "sequence of strings or [mappings](" + block.anchor() + ")", []*Description{block}}
}

// EntriesByKey describes a mapping of keys, which a schema holds for, to the entries of a block, which may be null.
func EntriesByKey(block *Description, keys Schema) TypeDescription {
	keys.Type = nil // always strings
	entry := Schema{AnyOf: []Schema{block.ref(), {Type: Types{"null"}}}}
	s := Schema{Type: Types{"object"}, PropertyNames: &keys, AdditionalProperties: &entry}
	return TypeDescription{s, "[mapping](" + block.anchor() + ")", []*Description{block}}
}

// AnyOf describes a value of one of several types.
func AnyOf(types ...TypeDescription) TypeDescription {
	if len(types) == 1 {
		return types[0]
	}
	var all TypeDescription
	var words []string
	for _, t := range types {
		all.Schema.AnyOf = append(all.Schema.AnyOf, t.Schema)
		all.Blocks = append(all.Blocks, t.Blocks...)
		words = append(words, t.Words)
	}
	all.Words = strings.Join(words, " or ")
	return all
}
