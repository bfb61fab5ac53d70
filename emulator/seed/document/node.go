package document

import "go.yaml.in/yaml/v4"

// The tags of the nodes that the Document tells apart. A node of any other tag is a string, a sequence or a mapping.
const (
	nullTag  = "!!null"
	boolTag  = "!!bool"
	intTag   = "!!int"
	floatTag = "!!float"
	mergeTag = "!!merge"
)

// undefined is what an alias stands for whose anchor is not defined above it.
var undefined = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!undefined"}

// followAlias returns the node itself, or follows an alias to the node that holds the value.
func followAlias(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func isScalar(n *yaml.Node, tag string) bool { return n.Kind == yaml.ScalarNode && n.Tag == tag }

// isNumber tells whole numbers and fractions.
func isNumber(n *yaml.Node) bool { return isScalar(n, intTag) || isScalar(n, floatTag) }

// isString tells a scalar that is neither null nor a boolean nor a number. A date is a string.
func isString(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Tag != nullTag && n.Tag != boolTag && !isNumber(n) && n != undefined
}

// kind names what a node is, for messages.
func kind(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.SequenceNode:
		return "a sequence"
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Tag == nullTag:
		return "null"
	case n.Tag == boolTag:
		return "a boolean"
	case isNumber(n):
		return "a number"
	}
	return "a string"
}
