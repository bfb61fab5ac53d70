package seed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// syntaxTree reads YAML or JSON, which is YAML too, into the tree of its one document. The tree of an empty file is
// nil. The parser's own errors show lines of the file, which may hold secrets: only their position and message are kept.
func syntaxTree(file string, data []byte) (root ast.Node, problem *Problem) {
	whole := func(message string) *Problem { return &Problem{File: file, Message: message} }
	defer func() {
		// The parser panics on some malformed input.
		if recover() != nil {
			root, problem = nil, whole("is not valid YAML")
		}
	}()

	if !utf8.Valid(data) {
		return nil, whole("is not valid UTF-8")
	}
	data = bytes.TrimPrefix(data, byteOrderMark)
	if json.Valid(data) {
		// YAML has other rules for tabs than JSON, where they can only stand between tokens.
		data = bytes.ReplaceAll(data, []byte("\t"), []byte(" "))
	}
	tokens := lexer.Tokenize(string(data))
	at := func(t *token.Token, message string) *Problem {
		p := whole(message)
		if t != nil && t.Position != nil {
			p.Line, p.Column = t.Position.Line, t.Position.Column
		}
		return p
	}
	if t, message := tooDeep(tokens); t != nil {
		return nil, at(t, message)
	}
	// Duplicate keys are found while decoding: the parser's message would hold the key, which may be an API key.
	parsed, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		var syntax yaml.Error
		if !errors.As(err, &syntax) {
			return nil, whole("is not valid YAML")
		}
		return nil, at(syntax.GetToken(), "is not valid YAML"+reason(syntax.GetMessage()))
	}

	for _, document := range parsed.Docs {
		if document.Body == nil || document.Body.Type() == ast.DirectiveType || document.Body.Type() == ast.CommentType {
			continue
		}
		if root != nil {
			return nil, at(firstToken(document.Body), "holds more than one YAML document")
		}
		root = document.Body
	}
	return root, nil
}

// reason is the parser's message, left out where it may quote the file.
func reason(message string) string {
	if message == "" || strings.ContainsAny(message, `"%`) {
		return ""
	}
	return fmt.Sprintf(": %s", message)
}
