package emulator

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

const (
	// remoteFresh is how long a public document of next's is taken as it is, and how long after a failure the next
	// attempt is made.
	remoteFresh = 5 * time.Minute
	// remoteWait is how long a caller waits for a document that was never read.
	remoteWait = 2 * time.Second
	// maxDocuments bounds the documents that are kept of those whose paths callers choose.
	maxDocuments = 64
	// maxRemoteFetches bounds how many of those are read at the same time.
	maxRemoteFetches = 8
)

// Remote keeps the public documents of next's, JWKS and discovery, from the last time that they could be read. Share one
// between the emulators of an instance, so that it survives a new configuration. Its zero value is ready.
//
// Documents at fixed paths are kept for good. Of the others, which callers name, it keeps those that were asked for last.
type Remote struct {
	mu       sync.Mutex
	fixed    map[documentID]*document
	others   *simplelru.LRU[documentID, *document]
	fetching int // of the others
}

// documentID says which document it is. Nothing in it depends on how a caller has written the request.
type documentID struct {
	upstream string // see Options.Upstream
	path     string // as the route has it, with the client id in its one spelling
	fixed    bool   // the path holds nothing that callers choose
}

// document is what is known of one path.
type document struct {
	body     []byte    // of the last good answer
	tried    time.Time // when the last attempt began
	fetching chan struct{}
	since    time.Time // of the attempt under way, by the wall clock
}

// due tells whether an attempt to read the document is to begin.
func (d *document) due(now time.Time) bool {
	age := now.Sub(d.tried)
	return d.fetching == nil && (d.tried.IsZero() || age >= remoteFresh || age < 0)
}

// errClosed says that a fetch was given up because its emulator was closed.
var errClosed = errors.New("the emulator is closed")

// get returns the last good body of a document. Where it is old or missing, it starts a fetch, of which there is one at a
// time; only where it is missing, it waits a little.
func (r *Remote) get(ctx context.Context, id documentID, now time.Time, prepare func() (fetch func() ([]byte, error))) []byte {
	d, known := r.current(id, now, prepare)
	if known.body != nil || known.fetching == nil {
		return known.body
	}
	ctx, cancel := context.WithDeadline(ctx, known.since.Add(remoteWait))
	defer cancel()
	select {
	case <-known.fetching:
	case <-ctx.Done():
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return d.body
}

// current returns a document and what is known of it, and starts a fetch if one is due. Where there is no room for one more
// fetch, a document that is not known stays unknown.
func (r *Remote) current(id documentID, now time.Time, prepare func() (fetch func() ([]byte, error))) (d *document, known document) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d = r.find(id)
	if (d == nil || d.due(now)) && (id.fixed || r.fetching < maxRemoteFetches) {
		fetch := prepare()
		if d == nil {
			d = &document{}
			r.keep(id, d)
		}
		d.tried, d.since, d.fetching = now, time.Now(), make(chan struct{})
		if !id.fixed {
			r.fetching++
		}
		go r.refresh(id, d, fetch)
	}
	if d == nil {
		return nil, document{}
	}
	return d, *d
}

// find returns nil for a document that is not known. r.mu is held.
func (r *Remote) find(id documentID) *document {
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
// upstream does not know displace none of its documents, or else the one that was least recently used. A fetch that is
// under way for it goes on, for those who wait for it. r.mu is held.
func (r *Remote) keep(id documentID, d *document) {
	if id.fixed {
		if r.fixed == nil {
			r.fixed = map[documentID]*document{}
		}
		r.fixed[id] = d
		return
	}
	if r.others == nil {
		r.others, _ = simplelru.NewLRU[documentID, *document](maxDocuments, nil) // fails for no positive size
	}
	if r.others.Len() == maxDocuments {
		for _, other := range r.others.Keys() { // the least recently used first
			if o, _ := r.others.Peek(other); o.fetching == nil && len(o.body) == 0 {
				r.others.Remove(other)
				break
			}
		}
	}
	r.others.Add(id, d)
}

// refresh ends the attempt that current has begun.
func (r *Remote) refresh(id documentID, d *document, fetch func() ([]byte, error)) {
	body, err := fetch()
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err == nil:
		d.body = body
	case errors.Is(err, errClosed):
		d.tried = time.Time{} // that was no attempt
	}
	if !id.fixed {
		r.fetching--
	}
	close(d.fetching)
	d.fetching = nil
}

// Forget drops all documents, to be read anew.
func (r *Remote) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fixed, r.others = nil, nil
}
