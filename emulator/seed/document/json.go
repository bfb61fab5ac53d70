package document

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// JSON decodes any value into JSON; nil for null.
func (v Value) JSON() json.RawMessage {
	if v.IsNull() {
		return nil
	}
	tree, ok := v.tree(0)
	if !ok {
		return nil
	}
	body, err := json.Marshal(tree)
	if err != nil {
		v.Fail("cannot be written as JSON")
		return nil
	}
	return body
}

// maxBodyDepth bounds the nesting of a hook's body.
const maxBodyDepth = 100

// tree decodes any value into what json.Marshal takes.
func (v Value) tree(depth int) (any, bool) {
	if depth > maxBodyDepth || !v.doc.readNode(v.Place) {
		v.Fail("is nested too deep")
		return nil, false
	}
	if v.IsNull() {
		return nil, true
	}
	if v.IsText() {
		t := v.Text()
		return t.Value, t.Set
	}
	switch v.node.Kind {
	case yaml.SequenceNode:
		elements := make([]any, 0, len(v.node.Content))
		for _, element := range v.Elements() {
			decoded, ok := element.tree(depth + 1)
			if !ok {
				return nil, false
			}
			elements = append(elements, decoded)
		}
		return elements, true
	case yaml.MappingNode:
		members, ok := v.Members()
		object := make(map[string]any, len(members))
		for _, m := range members {
			decoded, valid := v.OpaqueMember(m).tree(depth + 1)
			if !valid {
				return nil, false
			}
			object[m.Key] = decoded
		}
		return object, ok
	}
	switch {
	case isScalar(v.node, boolTag):
		return v.IsTrue(), true
	case isNumber(v.node):
		if n, ok := jsonNumber(v.node.Value); ok {
			return n, true
		}
	}
	v.FailType("a value that JSON can express")
	return nil, false
}

// jsonNumber is a number of YAML as JSON writes it: as it is, where it can be, for it may be longer than any Go type holds.
func jsonNumber(characters string) (json.Number, bool) {
	if json.Valid([]byte(characters)) {
		return json.Number(characters), true
	}
	plain := strings.ReplaceAll(characters, "_", "")
	if n, err := strconv.ParseInt(plain, 0, 64); err == nil {
		return json.Number(strconv.FormatInt(n, 10)), true
	}
	f, err := strconv.ParseFloat(plain, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return "", false
	}
	return json.Number(strconv.FormatFloat(f, 'g', -1, 64)), true
}
