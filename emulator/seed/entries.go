package seed

import (
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
)

// form is how a block is written.
type form int

const (
	none form = iota // there is no block
	sequence
	mapping
)

func (f form) String() string {
	return [...]string{none: "nothing", sequence: "a sequence", mapping: "a mapping"}[f]
}

// keyed is how the entries of a mapping are decoded.
type keyed[E any] struct {
	keys   format.Schema // of the keys, for the JSON Schema
	decode func(document.Value) []E
}

func (k *kindOf[E, R]) blockName() string { return k.block.Name }

func (k *kindOf[E, R]) form() form {
	switch {
	case k.block.Name == "":
		return none
	case k.keyed != nil:
		return mapping
	}
	return sequence
}

func (k *kindOf[E, R]) about() string { return k.block.About }

// describe is the type of the block.
func (k *kindOf[E, R]) describe() format.TypeDescription {
	switch {
	case k.keyed != nil:
		return format.EntriesByKey(k.block.Describe(), k.keyed.keys)
	case k.listed != nil:
		return k.listed.TypeDescription
	}
	return format.Entries(k.block.Describe())
}

// instead is the end of the message about a value that is neither a sequence nor a mapping.
func (k *kindOf[E, R]) instead(v document.Value) string {
	if k.block.Instead == nil {
		return ""
	}
	return k.block.Instead(v)
}

func (k *kindOf[E, R]) decode(f *file, v document.Value) {
	switch {
	case k.keyed != nil:
		f.entries[k] = k.keyed.decode(v)
	case k.listed != nil:
		f.entries[k] = k.listed.Decode(v)
	default:
		f.entries[k] = k.block.List(v)
	}
}

// gather comes after all blocks were decoded.
func (k *kindOf[E, R]) gather(f *file) {
	if k.gathered == nil {
		return
	}
	all := k.gathered(f, k.in(f))
	if f.entries == nil {
		f.entries = map[kind]any{}
	}
	f.entries[k] = all
}

// in returns the entries of a file.
func (k *kindOf[E, R]) in(f *file) []E {
	if entries, ok := f.entries[k]; ok {
		return entries.([]E)
	}
	if k.implied != nil && !f.declared[k.block.Name] {
		return k.implied()
	}
	return nil
}

// valueCount is about how many values the entries of a file have that only one entry may have.
func (k *kindOf[E, R]) valueCount(f *file) int {
	if k.identity.natural == nil {
		return len(k.in(f))
	}
	return 2 * len(k.in(f)) // an id, and what else identifies the resource
}

// eachSecret calls a function with each secret that the entries of a file hold.
func (k *kindOf[E, R]) eachSecret(f *file, do func(text)) {
	if k.secrets == nil {
		return
	}
	for i, entries := 0, k.in(f); i < len(entries); i++ {
		k.secrets(&entries[i], do)
	}
}
