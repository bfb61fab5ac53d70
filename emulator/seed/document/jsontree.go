package document

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// jsonTree reads valid JSON into the tree that YAML has. The YAML parser does not do for it: JSON may have tabs, long keys
// and surrogates where YAML may not.
func jsonTree(file string, data []byte) (*yaml.Node, *Problem) {
	tokens := json.NewDecoder(bytes.NewReader(data))
	tokens.UseNumber()
	r := jsonReader{data: data, tokens: tokens, line: 1, column: 1}
	root := r.node(0)
	if r.tooDeep != nil {
		return nil, &Problem{File: file, Line: r.tooDeep.Line, Column: r.tooDeep.Column, Message: "is nested too deep"}
	}
	return root, nil
}

// jsonReader reads one document and knows where in it each token begins.
type jsonReader struct {
	data         []byte
	tokens       *json.Decoder
	at           int // the byte that line and column are those of
	line, column int
	tooDeep      *yaml.Node
}

// node reads the next value.
func (r *jsonReader) node(depth int) *yaml.Node {
	n, token := r.next()
	switch token := token.(type) {
	case json.Delim:
		n.Kind, n.Style = yaml.SequenceNode, yaml.FlowStyle
		if token == '{' {
			n.Kind = yaml.MappingNode
		}
		if depth++; depth > maxNesting {
			r.tooDeep = n
		}
		for r.tooDeep == nil && r.tokens.More() {
			n.Content = append(n.Content, r.node(depth)) // of a mapping, the keys and values in turns
		}
		if r.tooDeep == nil {
			r.next() // the end
		}
	case string:
		n.Kind, n.Tag, n.Style, n.Value = yaml.ScalarNode, "!!str", yaml.DoubleQuotedStyle, token
	case json.Number:
		n.Kind, n.Tag, n.Value = yaml.ScalarNode, intTag, token.String()
		if strings.ContainsAny(n.Value, ".eE") {
			n.Tag = floatTag
		}
	case bool:
		n.Kind, n.Tag, n.Value = yaml.ScalarNode, boolTag, "false"
		if token {
			n.Value = "true"
		}
	case nil:
		n.Kind, n.Tag, n.Value = yaml.ScalarNode, nullTag, "null"
	}
	return n
}

// next reads a token, and returns a node of its place.
func (r *jsonReader) next() (*yaml.Node, json.Token) {
	before := int(r.tokens.InputOffset())
	token, _ := r.tokens.Token() // the document is valid
	start := before
	for start < len(r.data) && strings.IndexByte(" \t\r\n,:", r.data[start]) >= 0 {
		start++
	}
	for _, b := range r.data[r.at:start] {
		switch {
		case b == '\n':
			r.line, r.column = r.line+1, 1
		case utf8.RuneStart(b):
			r.column++
		}
	}
	r.at = start
	return &yaml.Node{Line: r.line, Column: r.column}, token
}
