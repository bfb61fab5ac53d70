package document

import "go.yaml.in/yaml/v4"

// Value is one value of the file that is about to be decoded. What is decoded of a wrong one is the zero value, and the
// document has a problem more.
type Value struct {
	doc  *Document
	node *yaml.Node // no alias
	Place
}

// Document is the file that the value is of.
func (v Value) Document() *Document { return v.doc }

// IsNull tells null, which is the same as an absent value.
func (v Value) IsNull() bool { return isScalar(v.node, nullTag) }

// IsBlank tells a null that is not written out, such as nothing after a colon.
func (v Value) IsBlank() bool { return v.IsNull() && v.node.Value == "" }

// IsMapping tells a mapping.
func (v Value) IsMapping() bool { return v.node.Kind == yaml.MappingNode }

// IsSequence tells a sequence.
func (v Value) IsSequence() bool { return v.node.Kind == yaml.SequenceNode }

// Fail reports a problem with the value. The message must not hold it.
func (v Value) Fail(format string, args ...any) { v.doc.Fail(v.Place, format, args...) }

// FailType reports that the value is not of the type that is wanted, such as "a sequence or a mapping".
func (v Value) FailType(wanted string) {
	hint := ""
	if _, number := v.scalarText(); number && wanted == "a string" {
		hint = "; put it in quotes"
	}
	v.FailTypeWith(wanted, hint)
}

// FailTypeWith is FailType with a hint for the end of the message.
func (v Value) FailTypeWith(wanted, hint string) {
	if v.node == undefined {
		v.Fail("is an alias of an anchor that is not defined above it")
		return
	}
	v.Fail("must be %s, not %s%s", wanted, kind(v.node), hint)
}

// Written returns a scalar as the file has it, with its placeholders.
func (v Value) Written() (string, bool) {
	if raw, ok := v.unexpanded(); ok {
		return raw, true
	}
	return v.scalarText()
}

// scalarText returns the characters of a number or boolean.
func (v Value) scalarText() (string, bool) {
	return v.node.Value, isNumber(v.node) || isScalar(v.node, boolTag)
}

// Elements returns the elements of a sequence. A null is an empty one.
func (v Value) Elements() []Value {
	if !v.IsSequence() {
		if !v.IsNull() {
			v.FailType("a sequence")
		}
		return nil
	}
	elements := make([]Value, 0, len(v.node.Content))
	for i, n := range v.node.Content {
		if !v.doc.readNode(v.Place) {
			return nil
		}
		elements = append(elements, v.doc.value(n, v.Path.element(i)))
	}
	return elements
}
