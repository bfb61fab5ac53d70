package seed

import "cmp"

// named are the entries of a kind by the name that other entries refer to them by.
type named struct {
	entries  map[string][]reference
	quotable []string // names that a message may hold; filled on first use
}

// reference is an entry that is referred to.
type reference struct {
	id    string
	shown string // the id for messages: as the file has it
}

// names returns the entries of a kind by name.
func (k *kindOf[E, R]) names(entries []E, ids []string) *named {
	n := &named{entries: make(map[string][]reference, len(entries))}
	for i := range entries {
		found := reference{ids[i], ids[i]}
		if pinned := k.identity.pin(&entries[i]); pinned.Set {
			found.shown = pinned.Raw
		}
		name := k.called(&entries[i]).Value
		n.entries[name] = append(n.entries[name], found)
	}
	return n
}

// allNamed returns the entries of a name.
func (k *kindOf[E, R]) allNamed(r *resolver, name string) []reference {
	if n := r.named[k]; n != nil {
		return n.entries[name]
	}
	return nil
}

// find returns the id of the one entry that a text names. It is empty where a problem was reported; otherwise says what to
// do where several entries have the name.
func (k *kindOf[E, R]) find(r *resolver, name text, otherwise string) string {
	switch found := k.allNamed(r, name.Value); {
	case len(found) == 1:
		return found[0].id
	case len(found) > 1:
		r.doc.Fail(name.Place, "%d %s have this %s; %s", len(found), k.plural, cmp.Or(k.calledBy, "name"), otherwise)
	case !r.mayQuote(name):
		r.doc.Fail(name.Place, "no %s has this %s", k.singular, cmp.Or(k.calledBy, "name"))
	case k.calledBy != "":
		r.doc.Fail(name.Place, "no %s has the %s %q%s", k.singular, k.calledBy, name.Value, r.doc.DidYouMean(name.Value, k.quotableNames(r)))
	default:
		r.doc.Fail(name.Place, "no %s is named %q%s", k.singular, name.Value, r.doc.DidYouMean(name.Value, k.quotableNames(r)))
	}
	return ""
}

// quotableNames are the names of entries that a message may hold.
func (k *kindOf[E, R]) quotableNames(r *resolver) []string {
	n := r.named[k]
	switch {
	case n == nil: // there are no entries
		return nil
	case n.quotable != nil:
		return n.quotable
	}
	n.quotable = []string{}
	seen := map[string]bool{}
	entries := k.in(r.file)
	for i := range entries {
		name := k.called(&entries[i])
		if !seen[name.Value] && r.mayQuote(name) {
			n.quotable = append(n.quotable, name.Value)
		}
		seen[name.Value] = true
	}
	return n.quotable
}

// hasID reports whether an entry has an id. It is for kinds that are resolved already.
func (k *kindOf[E, R]) hasID(r *resolver, id string) bool {
	ids := r.ids[k]
	if ids == nil {
		rows := k.of(r.seed)
		ids = make(map[string]bool, len(rows))
		for i := range rows {
			ids[k.table.Meta(&rows[i].row).ID] = true
		}
		r.ids[k] = ids
	}
	return ids[id]
}
