package seed

import "github.com/caddy-workos/caddy-workos/emulator/seed/document"

// uniqueValues reports values that two entries share, where the store allows only one to have them.
type uniqueValues struct {
	doc   *document.Document
	first map[uniqueValue]*document.Path // the field that has a value
}

// uniqueValue is a value with what it is the value of, such as "user email".
type uniqueValue struct{ of, value string }

// add notes the value of a field, and reports one that another field has. An empty one is none.
func (u uniqueValues) add(of, value string, at document.Place) {
	if value == "" {
		return
	}
	key := uniqueValue{of, value}
	if before, taken := u.first[key]; taken {
		u.doc.Fail(at, "must be unique, and is the same as %s", before)
		return
	}
	u.first[key] = at.Path
}

// addID notes an id of an entry, which has it pinned in a field or not.
func (u uniqueValues) addID(of, id, field string, pinned text, entry document.Place) {
	at := pinned.Place
	if !pinned.Set {
		at = entry.At(field)
	}
	u.add(of, id, at)
}
