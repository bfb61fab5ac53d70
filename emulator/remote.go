package emulator

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"go.uber.org/zap"
)

const (
	// remoteFresh is how long a document of next's is taken as it is, and how long after a failure to read it anew the next
	// attempt is made.
	remoteFresh = 5 * time.Minute
	// remoteWait is how long a caller waits for a document that was never read.
	remoteWait = 2 * time.Second
	// firstRetry and lastRetry bound the pause before the next attempt at a document that was never read. It doubles.
	firstRetry, lastRetry = time.Second, 30 * time.Second
	// retriedFor is how long after the last request for it a document is retried whose path callers choose.
	retriedFor = 5 * time.Minute
	// maxDocuments bounds the documents that are kept of those whose paths callers choose.
	maxDocuments = 64
	// maxRemoteFetches bounds how many of those are read at the same time.
	maxRemoteFetches = 8
)

// Remote keeps the public documents of next's, JWKS and discovery, from the last time that they could be read. One that was
// never read is tried again in the background. Share one between the emulators of an instance, so that it survives a new
// configuration: what is known of an upstream is kept as long as one of them has that upstream. Its zero value is ready.
//
// Documents at fixed paths are kept for good. Of the others, which callers name, it keeps those that were asked for last.
type Remote struct {
	mu       sync.Mutex
	users    map[string]int // emulators, by their upstream
	fixed    map[documentID]*document
	others   *simplelru.LRU[documentID, *document]
	fetching int // of the others
}

// reader reads a document from what is next of an emulator, as often as it is called.
type reader struct {
	emulator *Emulator
	route    *route
	read     func() ([]byte, error)
}

// warn tells that a document could not be read. Only the first failure in a row is more than a detail.
func (r *reader) warn(again bool, why error) {
	level := zap.WarnLevel
	if again {
		level = zap.DebugLevel
	}
	r.emulator.Logger.Log(level, "next's public document could not be read, and is not merged", zap.Stringer("route", r.route), zap.Error(why))
}

// errClosed says that a fetch was given up because its emulator was closed.
var errClosed = errors.New("the emulator is closed")

// join says that an emulator has an upstream. Each call is to be followed by one of leave.
func (r *Remote) join(upstream string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.users == nil {
		r.users = map[string]int{}
	}
	r.users[upstream]++
}

// leave says that an emulator was closed. Another one of the same upstream begins anew with what was never read, and what
// is known of an upstream that no emulator has any more is dropped.
func (r *Remote) leave(e *Emulator) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.users[e.Upstream]--
	last := r.users[e.Upstream] == 0
	if last {
		delete(r.users, e.Upstream)
	}
	r.each(func(id documentID, d *document) {
		if d.reader != nil && d.reader.emulator == e {
			d.reader = nil
			if d.waiting != nil {
				d.rest()
				d.tried = time.Time{}
			}
		}
		if last && id.upstream == e.Upstream {
			r.drop(id, d)
		}
	})
}

// get returns the last good body of a document. Where it is old or missing, it starts a fetch, of which there is one at a
// time; only where it is missing, it waits a little.
func (r *Remote) get(ctx context.Context, id documentID, now time.Time, prepare func() *reader) []byte {
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
func (r *Remote) current(id documentID, now time.Time, prepare func() *reader) (d *document, known document) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d = r.find(id)
	due := d == nil || d.due(now)
	switch {
	case due && r.hasRoom(id):
		if d == nil {
			d = &document{}
			r.keep(id, d)
		}
		d.reader = prepare()
		d.tried = now
		r.begin(id, d)
	case d == nil:
		return nil, document{}
	case d.body == nil && !due:
		d.reader = prepare() // the one before may be closed before its next attempt
	}
	d.asked = time.Now()
	return d, *d
}

// hasRoom tells whether a document may be fetched now. r.mu is held.
func (r *Remote) hasRoom(id documentID) bool { return id.fixed || r.fetching < maxRemoteFetches }

// begin starts a fetch. r.mu is held.
func (r *Remote) begin(id documentID, d *document) {
	d.rest()
	d.since, d.fetching = time.Now(), make(chan struct{})
	if !id.fixed {
		r.fetching++
	}
	go r.refresh(id, d, d.reader)
}

// refresh ends the attempt that begin has begun.
func (r *Remote) refresh(id documentID, d *document, by *reader) {
	body, err := by.read()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !id.fixed {
		r.fetching--
	}
	close(d.fetching)
	d.fetching = nil
	if err != nil && !errors.Is(err, errClosed) {
		by.warn(d.failed, err)
		d.failed = true
	}
	switch {
	case err == nil:
		d.body, d.pause, d.reader, d.failed = body, 0, nil, false
	case d.dropped:
	case errors.Is(err, errClosed) && (d.reader == nil || d.reader == by):
		d.tried = time.Time{} // that was no attempt
	case errors.Is(err, errClosed):
		r.begin(id, d) // for the emulator that has needed it meanwhile
	case d.body == nil:
		r.retry(id, d)
	}
}

// retry has the next attempt made later, by itself. Only the pauses between attempts end up longer, and not how many there
// are: an attempt that is under way, or waited for, is the only one. r.mu is held.
func (r *Remote) retry(id documentID, d *document) {
	if d.reader == nil || !id.fixed && time.Since(d.asked) >= retriedFor {
		d.tried, d.pause = time.Time{}, 0 // the next request begins anew
		return
	}
	d.pause = min(max(2*d.pause, firstRetry), lastRetry)
	d.rest()
	var timer *time.Timer
	timer = time.AfterFunc(d.pause, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		switch {
		case d.waiting != timer: // it was stopped too late
		case r.hasRoom(id):
			r.begin(id, d)
		default:
			r.retry(id, d)
		}
	})
	d.waiting = timer
}

// Forget drops all documents, to be read anew.
func (r *Remote) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.each(r.drop)
	r.fixed, r.others = nil, nil
}
