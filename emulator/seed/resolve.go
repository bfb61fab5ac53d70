package seed

import (
	"slices"

	"github.com/caddy-workos/caddy-workos/emulator/scan"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
)

// resolver turns the entries of a file into rows: it finds ids, and checks what no entry can know by itself.
type resolver struct {
	doc    *document.Document
	file   *file
	seed   *Seed
	unique uniqueValues
	named  map[kind]*named
	ids    map[kind]map[string]bool // of the kinds that ids were looked up in
	roles  roleSlugs                // filled on first use
	secret map[string]bool          // every secret of the file; filled on first use
}

func newResolver(doc *document.Document, f *file, s *Seed) *resolver {
	values := 0
	for _, k := range s.kinds {
		values += k.valueCount(f)
	}
	unique := uniqueValues{doc, make(map[uniqueValue]*document.Path, values)}
	return &resolver{doc: doc, file: f, seed: s, unique: unique, named: map[kind]*named{}, ids: map[kind]map[string]bool{}}
}

func (r *resolver) resolve() {
	for _, k := range r.seed.kinds {
		k.resolve(r)
	}
	for _, k := range r.seed.kinds {
		r.noteSecrets(k)
	}
}

// noteSecrets has the seed know the secrets that the file holds of a kind.
func (r *resolver) noteSecrets(k kind) {
	n := 0
	k.eachSecret(r.file, func(text) { n++ })
	r.seed.secrets = slices.Grow(r.seed.secrets, n)
	k.eachSecret(r.file, func(secret text) {
		if secret.Set {
			r.seed.secrets = append(r.seed.secrets, scan.Of(secret.Value)...)
		}
	})
}

// isSecret tells a text that is the secret of any entry, right or wrong.
func (r *resolver) isSecret(value string) bool {
	if r.secret == nil {
		r.secret = map[string]bool{}
		for _, k := range r.seed.kinds {
			k.eachSecret(r.file, func(secret text) { r.secret[secret.Value] = true })
		}
	}
	return r.secret[value]
}

// mayQuote tells a text that did not come from the environment, and is no misplaced secret.
func (r *resolver) mayQuote(t text) bool {
	return t.IsLiteral() && !r.doc.MayHoldSecret(t.Value) && !r.isSecret(t.Value)
}

// resolve makes a row of each entry.
func (k *kindOf[E, R]) resolve(r *resolver) {
	entries := k.in(r.file)
	if len(entries) == 0 {
		return
	}
	if k.check != nil {
		for i := range entries {
			k.check(&entries[i], r)
		}
	}
	ids := k.identity.derive(r.doc, entries)
	if k.called != nil {
		r.named[k] = k.names(entries, ids)
	}
	rows := make([]seeded[R], len(entries))
	for i := range entries {
		e := &entries[i]
		at := placeOf(e)
		if k.identity.pinned != nil {
			r.unique.addID(k.singular, ids[i], "id", k.identity.pinned(e), at)
		}
		rows[i] = seeded[R]{at.Path, k.row(e, r, ids[i]), at.Line == 0}
		if k.table != nil {
			k.table.seal(&rows[i].row)
		}
		if k.added != nil {
			k.added(e, r, &rows[i])
		}
	}
	k.add(r.seed, rows...)
}

// placeOf is where an entry stands.
func placeOf[E any](e *E) document.Place {
	return any(e).(interface{ GetPlace() document.Place }).GetPlace()
}
