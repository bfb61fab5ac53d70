package upstream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

const (
	// DocumentFresh is how long a document is taken as it is, and how long after a failure to read it anew the next attempt is
	// made.
	DocumentFresh = 5 * time.Minute
	// DocumentRetriedFor is how long after the last request for it a document is retried whose path callers choose.
	DocumentRetriedFor = 5 * time.Minute
	// documentWait is how long a caller waits for a document that was never read.
	documentWait = 2 * time.Second
	// firstRetry and lastRetry bound the pause before the next attempt at a document that was never read. It doubles.
	firstRetry, lastRetry = time.Second, 30 * time.Second
)

// Documents keeps the public documents of upstreams, JWKS and discovery, from the last time that they could be read. One that was
// never read is tried again in the background. Share one between the emulators of an instance, so that it survives a new
// configuration: what is known of an upstream is kept as long as one of them has that upstream. Its zero value is ready.
//
// Documents at fixed paths are kept for good. Of the others, which callers name, it keeps those that were asked for last.
type Documents struct {
	mu       sync.Mutex
	users    map[string]int // emulators, by their upstream
	fixed    map[documentID]*document
	others   *simplelru.LRU[documentID, *document]
	fetching int // of the others
}

// reader reads a document from the upstream of an emulator, as often as it is called.
type reader struct {
	upstream *Upstream
	route    fmt.Stringer
	read     func() ([]byte, error)
}

// warn tells that a document could not be read. Only the first failure in a row is more than a detail.
func (r *reader) warn(again bool, why error) {
	level := zap.WarnLevel
	if again {
		level = zap.DebugLevel
	}
	r.upstream.Logger.Log(level, "the upstream's public document could not be read, and is not merged", zap.Stringer("route", r.route), zap.Error(why))
}

// errClosed says that a fetch was given up because its emulator was closed.
var errClosed = errors.New("the emulator is closed")

// join says that an emulator has an upstream of that name. Each call is to be followed by one of leave.
func (r *Documents) join(upstream string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.users == nil {
		r.users = map[string]int{}
	}
	r.users[upstream]++
}

// leave says that an emulator was closed. Another one of the same upstream begins anew with what was never read, and what
// is known of an upstream that no emulator has any more is dropped.
func (r *Documents) leave(u *Upstream) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.users[u.Name]--
	last := r.users[u.Name] == 0
	if last {
		delete(r.users, u.Name)
	}
	r.each(func(id documentID, d *document) {
		if d.reader != nil && d.reader.upstream == u {
			d.reader = nil
			if d.waiting != nil {
				d.rest()
				d.tried = time.Time{}
			}
		}
		if last && id.upstream == u.Name {
			r.drop(id, d)
		}
	})
}

// get returns the last good body of a document. Where it is old or missing, it starts a fetch, of which there is one at a
// time; only where it is missing, it waits a little.
func (r *Documents) get(ctx context.Context, id documentID, now time.Time, prepare func() *reader) []byte {
	d, known := r.current(id, now, prepare)
	if known.body != nil || known.fetching == nil {
		return known.body
	}
	ctx, cancel := context.WithDeadline(ctx, known.since.Add(documentWait))
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
func (r *Documents) current(id documentID, now time.Time, prepare func() *reader) (d *document, known document) {
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
func (r *Documents) hasRoom(id documentID) bool {
	return id.fixed || r.fetching < limits.DocumentFetches
}

// begin starts a fetch. r.mu is held.
func (r *Documents) begin(id documentID, d *document) {
	d.rest()
	d.since, d.fetching = time.Now(), make(chan struct{})
	if !id.fixed {
		r.fetching++
	}
	go r.refresh(id, d, d.reader)
}

// refresh ends the attempt that begin has begun.
func (r *Documents) refresh(id documentID, d *document, by *reader) {
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
func (r *Documents) retry(id documentID, d *document) {
	if d.reader == nil || !id.fixed && time.Since(d.asked) >= DocumentRetriedFor {
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
func (r *Documents) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.each(r.drop)
	r.fixed, r.others = nil, nil
}

// DocumentStats counts what Documents know.
type DocumentStats struct {
	Upstreams int // that emulators have
	Fixed     int // documents at fixed paths
	Others    int // documents whose paths callers choose
	Fetching  int // of the others, those that are being fetched
}

// Stats counts the documents that are known.
func (r *Documents) Stats() DocumentStats {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := DocumentStats{Upstreams: len(r.users), Fixed: len(r.fixed), Fetching: r.fetching}
	if r.others != nil {
		s.Others = r.others.Len()
	}
	return s
}
