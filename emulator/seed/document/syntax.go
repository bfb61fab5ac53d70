package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// maxNesting bounds how deep collections may lie in each other.
const maxNesting = 1000

var (
	byteOrderMark = []byte("\xef\xbb\xbf")
	// versionDirective is one of the version that the parser knows, but refuses where the file names it.
	versionDirective = regexp.MustCompile(`\A((?:[ \t]*(?:#[^\n]*)?\n)*%YAML[ \t]+1\.)2`)
)

// syntaxTree reads YAML or JSON into the tree of its one document. The tree of an empty file is nil.
func syntaxTree(file string, data []byte) (*yaml.Node, *Problem) {
	if !utf8.Valid(data) {
		return nil, &Problem{File: file, Message: "is not valid UTF-8"}
	}
	data = bytes.TrimPrefix(data, byteOrderMark)
	if json.Valid(data) {
		return jsonTree(file, data)
	}
	data = versionDirective.ReplaceAll(data, []byte("${1}1"))
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxNesting)), anchors{}))
	if err != nil {
		return nil, &Problem{File: file, Message: err.Error()}
	}
	var root *yaml.Node
	for {
		var document yaml.Node
		switch err := loader.Load(&document); {
		case errors.Is(err, io.EOF):
			return root, nil
		case err != nil:
			return nil, syntaxProblem(file, err)
		}
		content := document.Content[0]
		switch {
		case isScalar(content, nullTag) && content.Value == "": // nothing between two separators
		case root != nil:
			return nil, &Problem{File: file, Line: content.Line, Column: content.Column, Message: "holds more than one YAML document"}
		default:
			root = content
		}
	}
}

// syntaxProblem tells an error of the parser. Only messages are kept that cannot quote the file, which may hold secrets.
func syntaxProblem(file string, err error) *Problem {
	p := &Problem{File: file, Message: "is not valid YAML"}
	var syntax *yaml.LoadError
	if !errors.As(err, &syntax) {
		return p
	}
	at := syntax.Mark
	if strings.HasSuffix(syntax.Message, "unexpected end of stream") { // it is where something begins that has no end
		at = syntax.ContextMark
	}
	p.Line, p.Column = at.Line, at.Column
	switch {
	case strings.HasPrefix(syntax.Message, "exceeded max depth"):
		p.Message = "is nested too deep"
	case syntax.Stage == yaml.ScannerStage, syntax.Stage == yaml.ParserStage, syntax.Stage == yaml.ReaderStage:
		if syntax.ContextMsg != "" {
			p.Message += fmt.Sprintf(": %s that begins in line %d", syntax.ContextMsg, syntax.ContextMark.Line)
		}
		p.Message += ": " + syntax.Message
	}
	return p
}
