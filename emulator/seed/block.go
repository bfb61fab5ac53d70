package seed

import (
	"slices"
	"strings"
	"unicode"
)

// block describes the entries of one part of the file.
type block[T any] struct {
	name   string // as it is called in the file
	fields []field[T]
	// ignored are fields of the WorkOS emulator's format that have no effect here.
	ignored []string
	// extensible allows fields that begin with "x-", which have no effect: anchors may be put there.
	extensible bool
}

// field is a known field of an entry.
type field[T any] struct {
	name     string
	required bool
	decode   func(*T, value)
}

// names are those that a field may have.
func (b block[T]) names() []string {
	names := slices.Clone(b.ignored)
	for _, f := range b.fields {
		names = append(names, f.name)
	}
	return names
}

// entry is what a part of the file consists of. It knows where it stands.
type entry[T any] interface {
	*T
	setPlace(place)
}

func (p *place) setPlace(at place) { *p = at }

// list decodes a sequence of entries.
func list[T any, E entry[T]](v value, b block[T]) []T {
	elements := v.elements()
	entries := make([]T, 0, len(elements))
	for _, element := range elements {
		if decoded, ok := decode[T, E](element, b); ok {
			entries = append(entries, decoded)
		}
	}
	return entries
}

// decode decodes one entry, and is false where there is not even a mapping.
func decode[T any, E entry[T]](v value, b block[T]) (decoded T, ok bool) {
	members, ok := v.members()
	if !ok {
		return decoded, false
	}
	E(&decoded).setPlace(v.place)
	given := make([]bool, len(b.fields))
	for _, m := range members {
		known := slices.IndexFunc(b.fields, func(f field[T]) bool { return f.name == m.key })
		if known < 0 {
			b.unknown(v, m)
			continue
		}
		decodedField := v.d.value(m.value, v.path.at(m.key))
		given[known] = !decodedField.isNull()
		b.fields[known].decode(&decoded, decodedField)
	}
	for i, f := range b.fields {
		if f.required && !given[i] {
			v.d.fail(place{v.path.at(f.name), v.line, v.column}, "is required")
		}
	}
	return decoded, true
}

// unknown reports a field that the format does not have, and warns of one that has no effect. A name that may be a
// misplaced secret is not shown.
func (b block[T]) unknown(v value, m member) {
	switch {
	case b.extensible && strings.HasPrefix(m.key, "x-"):
		return
	case !isWord(m.key) && !(b.extensible && isKey(m.key)):
		v.d.fail(m.at, "unknown field")
		return
	}
	at := place{v.path.at(m.key), m.at.line, m.at.column}
	if slices.Contains(b.ignored, m.key) {
		v.d.warn(b.name+"."+m.key, at, "is not emulated and has no effect")
		return
	}
	v.d.fail(at, "unknown field %q%s", m.key, v.d.didYouMean(m.key, b.names()))
}

// isKey tells what may be the name of a block, mistyped or not, from what is more likely a secret.
func isKey(name string) bool {
	return len(name) <= 40 && !strings.Contains(name, keyPrefix) && !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-. ", r)
	})
}

// isWord tells a field's name, mistyped or not, from what may be a secret.
func isWord(name string) bool {
	if name == "" || len(name) > 40 || len(name) >= 3 && name[:3] == "sk_" {
		return false
	}
	return !slices.ContainsFunc([]rune(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '_'
	})
}
