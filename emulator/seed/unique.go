package seed

// unique reports values that two entries share, where the store allows only one.
type unique struct {
	d     *decoder
	first map[uniqueValue]*path // the field that took a value
}

// uniqueValue is a value of a kind of which there is one each.
type uniqueValue struct{ kind, value string }

// newUnique makes room for what most entries claim: an id, and a value or a client id.
func newUnique(d *decoder, file document) unique {
	entries := len(file.organizations) + len(file.users) + len(file.applications) + len(file.apiKeys)
	return unique{d, make(map[uniqueValue]*path, 2*entries+len(file.environmentKeys))}
}

// take claims a value for the field at a place. An empty one is none.
func (u unique) take(kind, value string, at place) {
	if value == "" {
		return
	}
	key := uniqueValue{kind, value}
	if before, taken := u.first[key]; taken {
		u.d.fail(at, "must be unique, and is the same as %s", before)
		return
	}
	u.first[key] = at.path
}

// takeID claims an id for an entry, which has it pinned or not.
func (u unique) takeID(kind, id, field string, pinned text, entry place) {
	at := pinned.place
	if !pinned.set {
		at = place{entry.path.at(field), entry.line, entry.column}
	}
	u.take(kind, id, at)
}
