package document

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// Text is a string of the file.
type Text struct {
	Place
	Value string // with placeholders replaced
	Raw   string // as the file has it
	Given bool   // the file has it, and not as null
	Set   bool   // no problem was found with it
}

// IsLiteral tells that the text is written in the file, and does not come from a placeholder.
func (t Text) IsLiteral() bool { return t.Raw == t.Value }

// Text decodes a string. A null is an absent one.
func (v Value) Text() Text {
	raw, ok := v.unexpanded()
	if !ok {
		if !v.IsNull() {
			v.FailType("a string")
		}
		return Text{Place: v.Place, Given: !v.IsNull()}
	}
	expanded, problems := v.doc.expand(raw)
	for _, problem := range problems {
		v.Fail("%s", problem)
	}
	if len(problems) > 0 {
		return Text{Place: v.Place, Given: true}
	}
	t := Text{Place: v.Place, Value: expanded, Raw: raw, Given: true, Set: true}
	if !t.IsLiteral() && expanded != "" {
		v.doc.sources[expanded] = raw
	}
	return t
}

// FilledText decodes a string that must not be empty where it is given at all.
func (v Value) FilledText() Text { return v.nonEmpty("must not be empty") }

// RequiredText decodes a string that must be there and not be empty.
func (v Value) RequiredText() Text { return v.nonEmpty("is required") }

func (v Value) nonEmpty(otherwise string) Text {
	t := v.Text()
	if t.Set && strings.TrimSpace(t.Value) == "" {
		v.Fail("%s", otherwise)
		t.Set = false
	}
	return t
}

// FilledTexts decodes a sequence of strings of which none is empty.
func (v Value) FilledTexts() []Text {
	var texts []Text
	for _, element := range v.Elements() {
		if element.IsNull() {
			element.FailType("a string")
		} else if t := element.FilledText(); t.Set {
			texts = append(texts, t)
		}
	}
	return texts
}

// ScalarText decodes a string. A number or a boolean becomes its text, with a warning.
func (v Value) ScalarText() Text {
	characters, ok := v.scalarText()
	if !ok {
		return v.Text()
	}
	v.doc.Warn("scalar", v.Place, kind(v.node)+" is taken for the text that it is written as; put it in quotes")
	return Text{Place: v.Place, Value: characters, Raw: characters, Given: true, Set: true}
}

// IsText tells a string.
func (v Value) IsText() bool {
	_, ok := v.unexpanded()
	return ok
}

// unexpanded returns a string as the file has it.
func (v Value) unexpanded() (string, bool) {
	n := v.node
	if isString(n) {
		return n.Value, true
	}
	// A placeholder without quotes, which YAML reads as a mapping of one key to nothing.
	if n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle != 0 && len(n.Content) == 2 {
		key, content := n.Content[0], n.Content[1]
		if isString(key) && isScalar(content, nullTag) && content.Value == "" && isPlaceholder("{"+key.Value+"}") {
			return "{" + key.Value + "}", true
		}
	}
	return "", false
}
