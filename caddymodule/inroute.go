package caddymodule

import (
	"reflect"

	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
)

// inRoute tells whether the directive that is being read stands in the block of a `route`, whose directives keep the order
// that they have in the file. Caddy does not tell a directive where it stands, so its place is looked for in the tokens of the
// site. Where they cannot be read, the answer is no.
func inRoute(h httpcaddyfile.Helper) bool {
	segments := reflect.ValueOf(h).FieldByName("parentBlock").FieldByName("Segments")
	if segments.Kind() != reflect.Slice {
		return false
	}
	for i := range segments.Len() {
		if own := h.Token(); hasInRoute(segments.Index(i), own.File, own.Line, own.Text) {
			return true
		}
	}
	return false
}

// hasInRoute tells whether a token begins a line of a `route` in a segment. The values are read by reflection.
func hasInRoute(segment reflect.Value, file string, line int, text string) bool {
	var blocks []string // the first words of the lines that have opened the blocks
	var first, lastFile string
	lastLine := -1
	for i := range segment.Len() {
		token := segment.Index(i)
		at, number, word, quote := token.FieldByName("File"), token.FieldByName("Line"), token.FieldByName("Text"), token.FieldByName("wasQuoted")
		if !at.IsValid() || !number.IsValid() || !word.IsValid() || !quote.IsValid() {
			return false
		}
		isFirst := at.String() != lastFile || int(number.Int()) != lastLine
		if isFirst {
			first, lastFile, lastLine = word.String(), at.String(), int(number.Int())
		}
		switch {
		case word.String() == "{" && quote.Int() == 0:
			blocks = append(blocks, first)
		case word.String() == "}" && quote.Int() == 0 && len(blocks) > 0:
			blocks = blocks[:len(blocks)-1]
		case isFirst && lastFile == file && lastLine == line && word.String() == text:
			if len(blocks) > 0 && blocks[len(blocks)-1] == "route" {
				return true
			}
		}
	}
	return false
}
