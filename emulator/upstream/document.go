package upstream

import (
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

// documentID identifies a document. All callers of one document have the same documentID, however they spell the request.
type documentID struct {
	upstream string // see Options.Name
	host     string // of the request, where the upstream depends on it; else empty: see Options.ByHost
	path     string // of the route, with an escaped client id
	fixed    bool   // nothing in the path and the host is chosen by callers
}

// document is what is known of one document.
type document struct {
	body     []byte        // of the last good answer; nil where there was none
	tried    time.Time     // when the last attempt began
	fetching chan struct{} // closed when the attempt under way ends; nil where there is none
	since    time.Time     // the beginning of the attempt under way, by the wall clock

	asked   time.Time     // when a request last needed it, by the wall clock
	reader  *reader       // of the emulator that last needed it; nil once that is closed
	pause   time.Duration // the retry interval, while there is no good answer
	waiting *time.Timer   // the timer of the next attempt; nil where there is none
	dropped bool          // it is not among Documents any more
	failed  bool          // the last attempt failed
}

// due reports whether a request must start an attempt to read the document: it was never tried, or is older than DocumentFresh.
func (d *document) due(now time.Time) bool {
	age := now.Sub(d.tried)
	return d.fetching == nil && (d.tried.IsZero() || age >= DocumentFresh || age < 0)
}

// stopWaiting cancels the next attempt.
func (d *document) stopWaiting() {
	if d.waiting != nil {
		d.waiting.Stop()
		d.waiting = nil
	}
}

// each calls f with every document. f may drop the document. r.mu is held.
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

// drop removes a document. A fetch of it that is under way continues, for the requests that wait for it. r.mu is held.
func (r *Documents) drop(id documentID, d *document) {
	d.stopWaiting()
	d.reader, d.dropped = nil, true
	if id.fixed {
		delete(r.fixed, id)
		return
	}
	r.others.Remove(id)
}

// find returns a document, or nil where it is not known. r.mu is held.
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

// keep adds a document. Where there is no room, it first drops another one: see makeRoom. r.mu is held.
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

// makeRoom drops one of the documents whose paths callers choose: one that the upstream does not have, or else the least recently
// used. So the names of unknown clients displace no document of the upstream's. r.mu is held.
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
