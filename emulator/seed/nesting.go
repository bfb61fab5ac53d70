package seed

import (
	"fmt"

	"github.com/goccy/go-yaml/token"
)

// maxNesting bounds how deep the parser may recurse: without it a file of brackets would overflow the stack, which Go
// cannot recover from. It is generous because the parser also recurses, at a quadratic cost, from each key of a block
// mapping to the next.
const maxNesting = 20_000

// level is what the parser has recursed into at one column.
type level struct{ column, depth int }

// nesting follows the tokens of a file and estimates how deep the parser would recurse.
type nesting struct {
	flow   int     // open brackets and braces
	blocks []level // open block collections, by column
	blocky int     // the sum of their depths
	prefix int     // anchors and tags in a row
}

// tooDeep returns the first token at which the parser would recurse too deep, and what to say of it.
func tooDeep(tokens token.Tokens) (*token.Token, string) {
	var n nesting
	for _, t := range tokens {
		n.follow(t)
		if n.flow+n.prefix > maxNesting {
			return t, "is nested too deep"
		}
		if n.flow+n.prefix+n.blocky > maxNesting {
			return t, fmt.Sprintf("has more than %d keys in one block mapping; write it as {…} or as a sequence", maxNesting)
		}
	}
	return nil, ""
}

func (n *nesting) follow(t *token.Token) {
	switch t.Type {
	case token.AnchorType, token.TagType:
		n.prefix++
		return
	case token.CommentType:
		return
	case token.MappingStartType, token.SequenceStartType:
		n.flow++
	case token.MappingEndType, token.SequenceEndType:
		n.flow = max(n.flow-1, 0)
	case token.DocumentHeaderType, token.DocumentEndType:
		n.blocks, n.blocky = n.blocks[:0], 0
	case token.SequenceEntryType:
		n.enter(t.Position.Column, false)
	case token.MappingKeyType:
		n.enter(t.Position.Column, true)
	case token.MappingValueType:
		if n.flow == 0 && t.Prev != nil {
			n.enter(t.Prev.Position.Column, true)
		}
	}
	n.prefix = 0
}

// enter closes the collections that lie deeper than the column and opens one there, or one sibling more of a mapping.
func (n *nesting) enter(column int, sibling bool) {
	last := len(n.blocks) - 1
	for last >= 0 && n.blocks[last].column > column {
		n.blocky -= n.blocks[last].depth
		last--
	}
	n.blocks = n.blocks[:last+1]
	switch {
	case last < 0 || n.blocks[last].column < column:
		n.blocks = append(n.blocks, level{column, 1})
	case sibling:
		n.blocks[last].depth++
	default:
		return
	}
	n.blocky++
}
