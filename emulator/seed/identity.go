package seed

import (
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
)

// identity is what the ids of a kind are made of: the id that an entry pins, or else its natural identity, which is its name
// and its owner. A kind whose ids cannot be pinned has row report entries of the same natural identity.
type identity[E any] struct {
	prefix  string            // of derived ids
	pinned  func(*E) text     // the field `id`
	natural func(*E) []string // the first is required; where it is empty, that is reported elsewhere
	shared  string            // begins to say that two entries have the same natural identity, as in "its name is that"
}

// derive returns the id of each entry, which is empty where it reports a problem. A derived id depends on nothing but the
// entry's natural identity, so no other entry changes it, nor any other field. Of entries that share a natural identity,
// all but one need pinned ids.
func (i identity[E]) derive(doc *document.Document, entries []E) []string {
	ids := make([]string, len(entries))
	if i.natural == nil {
		return ids
	}
	first := make(map[string]document.Place, len(entries)) // by derived id
	for n := range entries {
		e := &entries[n]
		if pinned := i.pin(e); pinned.Set {
			ids[n] = pinned.Value
			continue
		}
		natural := i.natural(e)
		if natural[0] == "" {
			continue
		}
		derived, at := id.Derive(i.prefix, natural...), placeOf(e)
		if before, taken := first[derived]; taken && i.pinned != nil {
			doc.Fail(at.At("id"), "cannot be derived, because %s of %s in line %d: pin an id", i.shared, before.Path, before.Line)
			continue
		}
		first[derived] = at
		ids[n] = derived
	}
	return ids
}

// pin is the id that an entry pins, if it does.
func (i identity[E]) pin(e *E) text {
	if i.pinned == nil {
		return text{}
	}
	return i.pinned(e)
}
