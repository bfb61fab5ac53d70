package seed

import (
	"fmt"

	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
	"github.com/caddy-workos/caddy-workos/store"
)

// text is a string of the file.
type text = document.Text

// kind is a [kindOf], whatever its types.
type kind interface {
	blockName() string
	form() form
	about() string
	describe() format.TypeDescription
	decode(*file, document.Value)
	valueCount(*file) int
	eachSecret(*file, func(text))
	resolve(*resolver)
	count(*Seed) int
	countOf(*Seed) string
	isStored() bool
	compare(s *Seed, baseline *store.Txn) difference
}

// kindOf is one kind of resource: what the file says of it, and how that becomes rows of a table. An entry of the file is an
// E, which embeds a [document.Place]; R is a row.
//
// All but the names may be left out.
type kindOf[E, R any] struct {
	// singular and plural are the names in messages and in [Seed.Summary].
	singular, plural string
	// block is what the file has of the kind. Without it, the rows are those that the entries of another kind bring along:
	// see added.
	block format.Block[E]
	// keyed decodes the block from a mapping; without it, the block is a sequence of entries. A sequence and a mapping of the same
	// name may be two kinds.
	keyed *keyed[E]
	// implied are the entries of a file without a block of this name.
	implied func() []E

	// check reports what the fields of an entry, each right by itself, may not be together, and looks up the entries of
	// other kinds that it names. It is called for all entries before any of them becomes a row.
	check func(*E, *resolver)
	// identity is what the id of an entry is made of. Without it, row is given an empty id, and chooses one.
	identity identity[E]
	// called is the name by which other entries refer to one: see [kindOf.find].
	called func(*E) text
	// secrets calls a function with each secret that an entry holds.
	secrets func(e *E, do func(text))
	// row makes the row of an entry, with the id that is given, which is empty where a problem with it was reported. It also
	// reports values that only one entry may have, by [uniqueValues.add].
	row func(e *E, r *resolver, id string) R
	// added is called with each row that was made, and adds the rows of other kinds that go with it.
	added func(*E, *resolver, *seeded[R])

	// table is where the rows are stored: nil for what no table has.
	table *table[R]
}

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

// seeded is an entry of the file as the store is to hold it.
type seeded[R any] struct {
	path *document.Path
	row  R
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
	if k.keyed != nil {
		return format.EntriesByKey(k.block.Describe(), k.keyed.keys)
	}
	return format.Entries(k.block.Describe())
}

func (k *kindOf[E, R]) decode(f *file, v document.Value) {
	if k.keyed != nil {
		f.entries[k] = k.keyed.decode(v)
	} else {
		f.entries[k] = k.block.List(v)
	}
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

// of returns the rows of a seed.
func (k *kindOf[E, R]) of(s *Seed) []seeded[R] {
	rows, _ := s.rows[k].([]seeded[R])
	return rows
}

// add adds rows to a seed.
func (k *kindOf[E, R]) add(s *Seed, rows ...seeded[R]) { s.rows[k] = append(k.of(s), rows...) }

func (k *kindOf[E, R]) count(s *Seed) int { return len(k.of(s)) }

// countOf says how many there are: it is empty for none.
func (k *kindOf[E, R]) countOf(s *Seed) string {
	switch n := k.count(s); n {
	case 0:
		return ""
	case 1:
		return "1 " + k.singular
	default:
		return fmt.Sprintf("%d %s", n, k.plural)
	}
}

func (k *kindOf[E, R]) isStored() bool { return k.table != nil }
