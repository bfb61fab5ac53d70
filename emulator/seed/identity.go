package seed

import (
	"github.com/caddy-workos/caddy-workos/emulator/id"
)

// identity is what the id of an entry is made of: the id that the file pins, or else what names the entry, which is its
// natural name and its owner.
type identity struct {
	pinned  text
	natural []string
	at      place // of the entry
}

// derive returns an id for each entry, empty where it reports a problem: the pinned one, or one that depends on nothing but the entry's natural identity. So
// no other entry changes it, nor any other field. Entries that share an identity need pinned ids, all but one; shared begins to say so.
func (r *resolver) derive(prefix, shared string, identities []identity) []string {
	first := make(map[string]place, len(identities)) // by derived id
	ids := make([]string, len(identities))
	for n, i := range identities {
		if i.pinned.set {
			ids[n] = i.pinned.value
			continue
		}
		if i.natural[0] == "" {
			continue // which is reported
		}
		derived := id.Derive(prefix, i.natural...)
		if before, taken := first[derived]; taken {
			r.d.fail(place{i.at.path.at("id"), i.at.line, i.at.column},
				"cannot be derived, because %s of %s in line %d: pin an id", shared, before.path, before.line)
			continue
		}
		first[derived] = i.at
		ids[n] = derived
	}
	return ids
}

// clientID returns the pinned client id, or one that belongs to the application's id: two applications that need pinned ids
// need no pinned client ids.
func clientID(a application, applicationID string) string {
	switch {
	case a.clientID.set:
		return a.clientID.value
	case applicationID == id.Derive(id.Application, a.natural()...):
		return id.Derive(id.Client, a.natural()...)
	}
	return id.Derive(id.Client, applicationID)
}
