package seed

import (
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// maxAliasSteps bounds how many anchors, aliases, tags and merge keys may lead to one value. It ends cycles.
const maxAliasSteps = 64

// anchors finds what an alias stands for: the last anchor of that name before it.
type anchors map[string][]*ast.AnchorNode

// Visit collects anchors, in the order of the document.
func (a anchors) Visit(n ast.Node) ast.Visitor {
	if anchor, ok := n.(*ast.AnchorNode); ok && anchor.Name != nil {
		name := anchor.Name.GetToken().Value
		a[name] = append(a[name], anchor)
	}
	return a
}

func (a anchors) find(alias *ast.AliasNode) *ast.AnchorNode {
	if alias.Value == nil {
		return nil
	}
	var found *ast.AnchorNode
	for _, anchor := range a[alias.Value.GetToken().Value] {
		if anchor.Start.Position.Offset >= alias.Start.Position.Offset {
			break
		}
		found = anchor
	}
	return found
}

// resolve follows anchors, aliases and tags to the node that holds the value; nil for one that leads nowhere.
func (a anchors) resolve(n ast.Node) (resolved ast.Node, forcedString bool) {
	for range maxAliasSteps {
		switch wrapper := n.(type) {
		case *ast.AnchorNode:
			n = wrapper.Value
		case *ast.AliasNode:
			anchor := a.find(wrapper)
			if anchor == nil {
				return nil, false
			}
			n = anchor.Value
		case *ast.TagNode:
			forcedString = forcedString || wrapper.Start.Value == string(token.StringTag)
			n = wrapper.Value
		case *ast.MappingKeyNode:
			n = wrapper.Value
		default:
			return n, forcedString
		}
	}
	return nil, false
}

// pairs returns the keys and values of a mapping, or false where the node is none.
func pairs(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch mapping := n.(type) {
	case *ast.MappingNode:
		return mapping.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{mapping}, true
	}
	return nil, false
}

// firstToken returns the token at which a node begins: a block mapping's own token is the first colon.
func firstToken(n ast.Node) *token.Token {
	switch mapping := n.(type) {
	case *ast.MappingNode:
		if !mapping.IsFlowStyle && len(mapping.Values) > 0 {
			return mapping.Values[0].Key.GetToken()
		}
	case *ast.MappingValueNode:
		return mapping.Key.GetToken()
	}
	return n.GetToken()
}

// kind names what a node is, for messages.
func kind(n ast.Node) string {
	switch n.(type) {
	case nil, *ast.NullNode:
		return "null"
	case *ast.BoolNode:
		return "a boolean"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	case *ast.StringNode, *ast.LiteralNode:
		return "a string"
	case *ast.SequenceNode:
		return "a sequence"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	}
	return "something else"
}
