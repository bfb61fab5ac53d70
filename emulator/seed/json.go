package seed

import (
	"encoding/json"

	"github.com/goccy/go-yaml/ast"
)

// json decodes any value into JSON; nil for null.
func (v value) json() json.RawMessage {
	if v.isNull() {
		return nil
	}
	tree, ok := v.tree(0)
	if !ok {
		return nil
	}
	body, err := json.Marshal(tree)
	if err != nil {
		v.fail("cannot be written as JSON")
		return nil
	}
	return body
}

// maxBodyDepth bounds the nesting of a hook's body.
const maxBodyDepth = 100

// tree decodes any value into what json.Marshal takes.
func (v value) tree(depth int) (any, bool) {
	if depth > maxBodyDepth || !v.d.afford(v.place) {
		v.fail("is nested too deep")
		return nil, false
	}
	if v.isNull() {
		return nil, true
	}
	if _, isString := v.unexpanded(); isString {
		t := v.text()
		return t.value, t.set
	}
	switch n := v.node.(type) {
	case *ast.SequenceNode:
		elements := make([]any, 0, len(n.Values))
		for _, element := range v.elements() {
			decoded, ok := element.tree(depth + 1)
			if !ok {
				return nil, false
			}
			elements = append(elements, decoded)
		}
		return elements, true
	case *ast.MappingNode, *ast.MappingValueNode:
		members, ok := v.members()
		object := make(map[string]any, len(members))
		for _, m := range members {
			decoded, valid := v.d.value(m.value, v.path).tree(depth + 1)
			if !valid {
				return nil, false
			}
			object[m.key] = decoded
		}
		return object, ok
	case *ast.BoolNode:
		return n.Value, true
	case *ast.IntegerNode:
		return n.Value, true
	case *ast.FloatNode:
		return n.Value, true
	}
	v.want("a value that JSON can express")
	return nil, false
}
