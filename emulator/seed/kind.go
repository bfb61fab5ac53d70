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
	gather(*file)
	instead(document.Value) string
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
// A field whose comment does not say that it is required may be left out. To add a kind, see [kinds].
type kindOf[E, R any] struct {
	// singular and plural are the names in messages and in [Seed.Summary]. They are required.
	singular, plural string
	// block is what the file has of the kind. Without it, the rows are those that the entries of another kind add: see added.
	block format.Block[E]
	// keyed decodes the block from a mapping; without it, the block is a sequence of entries. A sequence and a mapping of the same
	// name may be two kinds.
	keyed *keyed[E]
	// listed is the type of a block whose entries may be written in other forms than as mappings.
	listed *format.Type[[]E]
	// implied are the entries of a file without a block of this name.
	implied func() []E
	// impliedName is what [Seed.Summary] calls the implied entries.
	impliedName string
	// gathered returns all entries of a file, from those of the block: with those that other blocks hold, and those that every file has.
	gathered func(f *file, entries []E) []E

	// check reports what the fields of an entry, each right by itself, may not be together, and looks up the entries of
	// other kinds that it names. It is called for all entries before any of them becomes a row.
	check func(*E, *resolver)
	// identity is what the id of an entry is made of. Without it, row is given an empty id, and chooses one.
	identity identity[E]
	// called is the name by which other entries refer to one: see [kindOf.find].
	called func(*E) text
	// calledBy is what that name is, such as `address`. It defaults to `name`.
	calledBy string
	// secrets calls a function with each secret that an entry holds, and that no request may take along to the upstream.
	secrets func(e *E, do func(text))
	// row makes the row of an entry, with the id that is given, which is empty where a problem with it was reported. It also
	// reports values that only one entry may have, by [uniqueValues.add].
	row func(e *E, r *resolver, id string) R
	// added is called with each row that was made, and adds what goes with it, such as rows of other kinds.
	added func(*E, *resolver, *seeded[R])

	// table is where the rows are stored: nil for rows that are not.
	table *table[R]
}

// seeded is an entry of the file as the store is to hold it.
type seeded[R any] struct {
	path *document.Path
	row  R
	// implied marks an entry that the file does not have.
	implied bool
}

// of returns the rows of a seed.
func (k *kindOf[E, R]) of(s *Seed) []seeded[R] {
	rows, _ := s.rows[k].([]seeded[R])
	return rows
}

// add adds rows to a seed, which takes them over.
func (k *kindOf[E, R]) add(s *Seed, rows ...seeded[R]) {
	if before := k.of(s); len(before) > 0 {
		rows = append(before, rows...)
	}
	s.rows[k] = rows
}

func (k *kindOf[E, R]) count(s *Seed) int { return len(k.of(s)) }

// countOf says how many of the file there are: it is empty for none.
func (k *kindOf[E, R]) countOf(s *Seed) string {
	n := 0
	for _, entry := range k.of(s) {
		if !entry.implied {
			n++
		}
	}
	switch {
	case k.impliedName != "" && n < k.count(s):
		return k.impliedName
	case n == 0:
		return ""
	case n == 1:
		return "1 " + k.singular
	default:
		return fmt.Sprintf("%d %s", n, k.plural)
	}
}

func (k *kindOf[E, R]) isStored() bool { return k.table != nil }
