package seed

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// place is where in the file something stands.
type place struct {
	path         *path
	line, column int
}

// text is a string of the file.
type text struct {
	place
	value string // with placeholders replaced
	raw   string // as the file has it
	given bool   // the file has it, and not as null
	set   bool   // it has been decoded
}

// plain tells that the text is written in the file, and does not come from a placeholder.
func (t text) plain() bool { return t.raw == t.value }

// value is a node of the file that is about to be decoded.
type value struct {
	d    *decoder
	node *yaml.Node // no alias
	place
}

func (v value) isNull() bool { return isScalar(v.node, nullTag) }

// fail reports a problem with the value. The message must not hold it.
func (v value) fail(format string, args ...any) { v.d.fail(v.place, format, args...) }

// want reports that the value is of the wrong type.
func (v value) want(wanted string) {
	if v.node == undefined {
		v.fail("is an alias of an anchor that is not defined above it")
		return
	}
	hint := ""
	if _, number := v.scalarText(); number && wanted == "a string" {
		hint = "; put it in quotes"
	}
	v.fail("must be %s, not %s%s", wanted, kind(v.node), hint)
}

// scalarText returns the characters of a number or boolean.
func (v value) scalarText() (string, bool) {
	return v.node.Value, isNumber(v.node) || isScalar(v.node, boolTag)
}

// unexpanded returns a string as the file has it.
func (v value) unexpanded() (string, bool) {
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

// text decodes a string. A null is an absent one.
func (v value) text() text {
	raw, ok := v.unexpanded()
	if !ok {
		if !v.isNull() {
			v.want("a string")
		}
		return text{place: v.place, given: !v.isNull()}
	}
	expanded, problems := v.d.expand(raw)
	for _, problem := range problems {
		v.fail("%s", problem)
	}
	if len(problems) > 0 {
		return text{place: v.place, given: true}
	}
	t := text{place: v.place, value: expanded, raw: raw, given: true, set: true}
	if !t.plain() && expanded != "" {
		v.d.hidden[expanded] = raw
	}
	return t
}

// filled decodes a string that must not be empty where it is given at all.
func (v value) filled() text { return v.nonEmpty("must not be empty") }

// required decodes a string that must be there and not be empty.
func (v value) required() text { return v.nonEmpty("is required") }

func (v value) nonEmpty(otherwise string) text {
	t := v.text()
	if t.set && strings.TrimSpace(t.value) == "" {
		v.fail("%s", otherwise)
		t.set = false
	}
	return t
}

// identifier decodes an id, which must be able to stand in the path of a URL.
func (v value) identifier() text {
	t := v.text()
	if t.set && !urlSafe.MatchString(t.value) {
		v.fail("must be an id of letters, digits, _ and -")
		t.set = false
	}
	return t
}

var urlSafe = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// filledTexts decodes a sequence of strings of which none is empty.
func (v value) filledTexts() []text {
	var texts []text
	for _, element := range v.elements() {
		if element.isNull() {
			element.want("a string")
		} else if t := element.filled(); t.set {
			texts = append(texts, t)
		}
	}
	return texts
}

// elements returns the elements of a sequence. A null is an empty one.
func (v value) elements() []value {
	if v.node.Kind != yaml.SequenceNode {
		if !v.isNull() {
			v.want("a sequence")
		}
		return nil
	}
	elements := make([]value, 0, len(v.node.Content))
	for i, n := range v.node.Content {
		if !v.d.afford(v.place) {
			return nil
		}
		elements = append(elements, v.d.value(n, v.path.element(i)))
	}
	return elements
}
