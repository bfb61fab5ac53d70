// Package format describes the format of a file: blocks of fields, and the types of their values. One description serves
// for decoding the file, for its JSON Schema and for its documentation.
package format

import (
	"slices"
	"strings"
	"unicode"

	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
)

// Block is a mapping of known fields. T is what one is decoded to, and embeds a [document.Place].
type Block[T any] struct {
	// Name is what the block is called in the file, such as `organizations` or, within another, `organizations.domains`.
	Name string
	// Heading is that of the block's section in the documentation: the name, where it is empty.
	Heading string
	// Definition is the name of an entry in the JSON Schema, such as `organization`. Of the block of a whole file, it is the
	// title of the schema.
	Definition string
	// Entry is what one entry is, as a sentence: "An organization."
	Entry string
	// About is what the block as a whole is for, in sentences.
	About string
	// Notes are paragraphs of Markdown for the documentation, to stand before the table of fields. They may be empty.
	Notes  string
	Fields []Field[T]
	// Lone is the name of the field that a string is for which stands where an entry should. Default: the first required field.
	Lone string
	// Instead is the end of the message about a value that stands where an entry should, such as "; write …". It may be empty, and must
	// hold no secret. Default: a mapping of the required fields.
	Instead func(document.Value) string
	// Ignored are fields that are accepted with a warning.
	Ignored []string
	// Refused are fields that an entry does not have, although one may expect them, with what to write instead.
	Refused map[string]string
	// Extensible allows fields that begin with "x-", which have no effect: a place for anchors.
	Extensible bool
	// Together is what the JSON Schema says of fields that exclude or need each other.
	Together Schema
}

// Field is a known field of a block: see [Optional] and [Required].
type Field[T any] struct {
	FieldDescription
	Decode func(*T, document.Value)
}

// Optional is a field that may be left out, or be null. at is where its value goes, and about says what it means.
func Optional[T, V any](name string, t Type[V], at func(*T) *V, about string) Field[T] {
	return Field[T]{
		FieldDescription{Name: name, About: about, Type: t.TypeDescription},
		func(entry *T, v document.Value) { *at(entry) = t.Decode(v) },
	}
}

// Required is a field that must be there.
func Required[T, V any](name string, t Type[V], at func(*T) *V, about string) Field[T] {
	f := Optional(name, t, at, about)
	f.Required = true
	return f
}

// names are those of the fields that have an effect.
func (b *Block[T]) names() []string {
	names := make([]string, len(b.Fields))
	for i := range b.Fields {
		names[i] = b.Fields[i].Name
	}
	return names
}

// List decodes a sequence of entries.
func (b *Block[T]) List(v document.Value) []T {
	if !v.IsSequence() && !v.IsNull() {
		v.FailTypeWith("a sequence", b.instead(v))
		return nil
	}
	elements := v.Elements()
	entries := make([]T, 0, len(elements))
	for _, element := range elements {
		if decoded, ok := b.Decode(element); ok {
			entries = append(entries, decoded)
		}
	}
	return entries
}

// Decode decodes one entry. It is false where there is not even a mapping.
func (b *Block[T]) Decode(v document.Value) (decoded T, ok bool) {
	if !v.IsMapping() {
		v.FailTypeWith("a mapping", b.instead(v))
		return decoded, false
	}
	members, _ := v.Members()
	any(&decoded).(interface{ SetPlace(document.Place) }).SetPlace(v.Place)
	given := make([]bool, len(b.Fields))
	for _, m := range members {
		known := slices.IndexFunc(b.Fields, func(f Field[T]) bool { return f.Name == m.Key })
		if known < 0 {
			b.unknown(v, m)
			continue
		}
		field := v.Field(m)
		given[known] = !field.IsNull()
		b.Fields[known].Decode(&decoded, field)
	}
	for i := range b.Fields {
		if f := &b.Fields[i]; f.Required && !given[i] {
			v.Document().Fail(v.At(f.Name), "is required")
		}
	}
	return decoded, true
}

// unknown reports a field that the block does not have, and warns of one that has no effect. A name that may be a misplaced
// secret is not shown.
func (b *Block[T]) unknown(v document.Value, m document.Member) {
	d := v.Document()
	switch {
	case b.Extensible && strings.HasPrefix(m.Key, "x-"):
		return
	case !isWord(d, m.Key) && !(b.Extensible && isBlockName(d, m.Key)):
		hint := d.DidYouMeanName("", b.names(), b.Ignored)
		if b.Instead != nil && d.MayHoldSecret(m.Key) {
			hint = b.Instead(v)
		}
		d.Fail(m.Place, "unknown field%s", hint)
		return
	}
	at := document.Place{Path: v.Path.At(m.Key), Line: m.Line, Column: m.Column}
	if slices.Contains(b.Ignored, m.Key) {
		d.Warn(b.Name+"."+m.Key, at, "is not emulated and has no effect")
		return
	}
	if instead, ok := b.Refused[m.Key]; ok {
		d.Fail(at, "%s", instead)
		return
	}
	d.Fail(at, "unknown field %q%s", m.Key, d.DidYouMeanName(m.Key, b.names(), b.Ignored))
}

const longestName = 40 // of what is taken for the name of a field, mistyped or not

// isBlockName tells what may be the name of a block, mistyped or not, from what is more likely a secret.
func isBlockName(d *document.Document, name string) bool {
	return len(name) <= longestName && !d.MayHoldSecret(name) && !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-. ", r)
	})
}

// isWord tells a field's name, mistyped or not, from what may be a secret.
func isWord(d *document.Document, name string) bool {
	if name == "" || len(name) > longestName || d.SecretPrefix() != "" && strings.HasPrefix(name, d.SecretPrefix()) {
		return false
	}
	return !strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '_'
	})
}
