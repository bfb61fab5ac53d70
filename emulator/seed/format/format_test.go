package format_test

import (
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
)

type book struct {
	document.Place
	id, kind document.Text
	count    int
	tags     []document.Text
}

var books = format.Block[book]{
	Name: "books", Definition: "a library", Entry: "A book.", About: "Books of a library.", Notes: "Some notes.",
	Fields: []format.Field[book]{
		format.Optional("kind", format.OneOf("tall", "low"), func(s *book) *document.Text { return &s.kind }, "The kind."),
		format.Required("id", format.RequiredText(field.IDRule), func(s *book) *document.Text { return &s.id }, "The id."),
		format.Optional("count", format.Integer(0, 3), func(s *book) *int { return &s.count }, "The count."),
		format.Optional("tags", format.TextSet(field.ScopeRule), func(s *book) *[]document.Text { return &s.tags }, "One | many."),
	},
	Ignored: []string{"color"},
}

func TestDecode(t *testing.T) {
	t.Parallel()
	doc := document.Read("f", []byte("id: a\ncolor: red\ncount: null\ntags: [x, y, x]\nkind: low\n"), document.Options{})
	root, _ := doc.Root()
	s, ok := books.Decode(root)
	if !ok || s.id.Value != "a" || s.kind.Value != "low" || s.count != 0 || len(s.tags) != 2 || s.Line != 1 {
		t.Errorf("decoded %+v", s)
	}
	if got := document.Problems(doc.Warnings()).Error(); len(doc.Problems()) > 0 || got != "f:2:1: color: is not emulated and has no effect" {
		t.Errorf("%v; the warnings are %s", doc.Problems(), got)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	doc := document.Read("f", []byte("- {kidn: low, kind: wide, count: 4}\n- {id: a/b, tags: [a b, '']}\n- 5\n"), document.Options{})
	root, _ := doc.Root()
	books.List(root)
	const want = `f:1:3: [0].id: is required
f:1:4: [0].kidn: unknown field "kidn"; did you mean "kind"?
f:1:21: [0].kind: must be "tall" or "low"
f:1:34: [0].count: must be a whole number from 0 to 3
f:2:8: [1].id: must be an id of letters, digits, _ and -
f:2:20: [1].tags[0]: a scope holds no space, no " and no \ (RFC 6749 §3.3)
f:2:25: [1].tags[1]: must not be empty
f:3:3: [2]: must be a mapping, not a number; write ` + "`- id: \"5\"`" + ``
	if got := doc.Problems().Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestJSONSchema(t *testing.T) {
	t.Parallel()
	got, err := books.Describe().JSONSchema()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"title": "a library",`, `"description": "A book.",`, `"pattern": "^([A-Za-z0-9_-]|\\{(env|file)\\.[^{}]+\\})+$"`,
		`"pattern": "^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$"`, `"minimum": 0,`, `"additionalProperties": false,`, `"deprecated": true`,
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("%s is not in\n%s", want, got)
		}
	}
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	const want = "## books\n\nBooks of a library.\n\nSome notes.\n\n| field | value | meaning |\n|---|---|---|\n" +
		"| `id` | string | required. The id. |\n| `kind` | `tall` or `low` | The kind. |\n| `count` | whole number | The count. |\n" +
		"| `tags` | sequence of strings | One \\| many. |\n\nAccepted with a warning: `color`.\n"
	if got := books.Describe().Markdown(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	page := []byte("before\n<!-- generated: fields -->\nold\n<!-- end of what is generated -->\nafter\n")
	updated, err := books.Describe().UpdateMarkdown(page)
	if got := string(updated); err != nil || !strings.HasPrefix(got, "before\n") || !strings.HasSuffix(got, "after\n") || strings.Contains(got, "old") {
		t.Errorf("%v; got %s", err, got)
	}
	if again, err := books.Describe().UpdateMarkdown(updated); err != nil || string(again) != string(updated) {
		t.Errorf("%v; a second time it is %s", err, again)
	}
	if _, err := books.Describe().UpdateMarkdown([]byte("before")); err == nil {
		t.Error("a page without the markers is updated")
	}
}
