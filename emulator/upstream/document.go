package upstream

import (
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

// documentID says which document it is. But for the host, nothing in it depends on how a caller has written the request.
type documentID struct {
	upstream string // see Options.Name
	host     string // that the request is for, where the upstream depends on it: see Options.ByHost
	path     string // as the route has it, with the client id in its one spelling
	fixed    bool   // the path and the host hold nothing that callers choose
}

// document is what is known of one path.
type document struct {
	body     []byte    // of the last good answer
	tried    time.Time // when the last attempt began
	fetching chan struct{}
	since    time.Time // of the attempt under way, by the wall clock

	asked   time.Time     // when a request has needed it last, by the wall clock
	reader  *reader       // of the emulator that has needed it last; nil when that was closed
	pause   time.Duration // before the next attempt, while there is no good answer
	waiting *time.Timer   // for the next attempt; nil for none
	dropped bool
	failed  bool // the last attempt did
}

// due tells whether a request is to begin an attempt to read the document.
func (d *document) due(now time.Time) bool {
	age := now.Sub(d.tried)
	return d.fetching == nil && (d.tried.IsZero() || age >= DocumentFresh || age < 0)
}

// rest ends the waiting for the next attempt.
func (d *document) rest() {
	if d.waiting != nil {
		d.waiting.Stop()
		d.waiting = nil
	}
}

// each calls f with all documents, which may drop the one that it is given. r.mu is held.
func (r *Documents) each(f func(documentID, *document)) {
	for id, d := range r.fixed {
		f(id, d)
	}
	if r.others == nil {
		return
	}
	for _, id := range r.others.Keys() {
		if d, ok := r.others.Peek(id); ok {
			f(id, d)
		}
	}
}

// drop makes a document unknown. A fetch that is under way for it goes on, for those who wait for it. r.mu is held.
func (r *Documents) drop(id documentID, d *document) {
	d.rest()
	d.reader, d.dropped = nil, true
	if id.fixed {
		delete(r.fixed, id)
		return
	}
	r.others.Remove(id)
}

// find returns nil for a document that is not known. r.mu is held.
func (r *Documents) find(id documentID) *document {
	switch {
	case id.fixed:
		return r.fixed[id]
	case r.others == nil:
		return nil
	}
	d, _ := r.others.Get(id)
	return d
}

// keep makes a document known. If there is no room, one goes whose last attempt has found nothing, so that names which the
// upstream does not know displace none of its documents, or else the one that was least recently used. r.mu is held.
func (r *Documents) keep(id documentID, d *document) {
	if id.fixed {
		if r.fixed == nil {
			r.fixed = map[documentID]*document{}
		}
		r.fixed[id] = d
		return
	}
	if r.others == nil {
		r.others, _ = simplelru.NewLRU[documentID, *document](limits.Documents, nil) // fails for no positive size
	}
	if r.others.Len() == limits.Documents {
		r.makeRoom()
	}
	r.others.Add(id, d)
}

// makeRoom drops one of the documents whose paths callers choose. r.mu is held.
func (r *Documents) makeRoom() {
	for _, id := range r.others.Keys() { // the least recently used first
		if d, _ := r.others.Peek(id); d.fetching == nil && len(d.body) == 0 {
			r.drop(id, d)
			return
		}
	}
	if id, d, ok := r.others.GetOldest(); ok {
		r.drop(id, d)
	}
}
