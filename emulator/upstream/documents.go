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
	// DocumentFresh is how long a document is used before it is read again. It is also the time between two attempts to read it
	// again.
	DocumentFresh = 5 * time.Minute
	// DocumentRetriedFor is how long a document that was never read is retried after the last request for it, where callers choose
	// its path.
	DocumentRetriedFor = 5 * time.Minute
	// documentWait is how long a request waits for a document that was never read.
	documentWait = 2 * time.Second
	// firstRetry and lastRetry bound the retry interval of a document that was never read. It doubles with each attempt.
	firstRetry, lastRetry = time.Second, 30 * time.Second
)

// Documents stores the public documents of upstreams, JWKS and discovery documents, as they were last read. A document that was
// never read is retried in the background. The zero value is ready to use, and safe for concurrent use.
//
// Share one between the emulators of an instance, so that it survives a new configuration. The documents of an upstream are stored
// as long as an emulator has that upstream. Of those whose paths callers choose, the [limits.Documents] that were asked for last
// are stored.
type Documents struct {
	mu       sync.Mutex
	users    map[string]int // the number of emulators, by the name of their upstream
	fixed    map[documentID]*document
	others   *simplelru.LRU[documentID, *document]
	fetching int // attempts under way at the others
}

// reader reads a document from the upstream of an emulator. It may be used many times.
type reader struct {
	upstream *Upstream
	route    fmt.Stringer
	read     func() ([]byte, error)
}

// warn logs that a document could not be read: as a warning for the first failure in a row, and else at debug level.
func (r *reader) warn(again bool, why error) {
	level := zap.WarnLevel
	if again {
		level = zap.DebugLevel
	}
	r.upstream.Logger.Log(level, "the upstream's public document could not be read, and is not merged", zap.Stringer("route", r.route), zap.Error(why))
}

// errClosed is returned by a reader whose emulator is closed.
var errClosed = errors.New("the emulator is closed")

// join counts one more emulator with an upstream of that name. [Documents.leave] counts it off.
func (r *Documents) join(upstream string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.users == nil {
		r.users = map[string]int{}
	}
	r.users[upstream]++
}

// leave counts off an emulator that was closed. A document that was never read is due at once for another emulator of the same
// upstream. The documents of an upstream that no emulator has any more are dropped.
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
				d.stopWaiting()
				d.tried = time.Time{}
			}
		}
		if last && id.upstream == u.Name {
			r.drop(id, d)
		}
	})
}

// get returns the last good body of a document. Where that is old or missing, it starts a fetch, unless one is under way. Where it
// is missing, it waits for the fetch, at most documentWait.
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

// current returns a document and a copy of it, and starts a fetch if one is due. Where too many fetches are under way, a document
// that is not known stays unknown.
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
		d.reader = prepare() // the emulator of the reader before may be closed before its next attempt
	}
	d.asked = time.Now()
	return d, *d
}

// hasRoom reports whether one more fetch may be started: see [limits.DocumentFetches]. r.mu is held.
func (r *Documents) hasRoom(id documentID) bool {
	return id.fixed || r.fetching < limits.DocumentFetches
}

// begin starts a fetch. r.mu is held.
func (r *Documents) begin(id documentID, d *document) {
	d.stopWaiting()
	d.since, d.fetching = time.Now(), make(chan struct{})
	if !id.fixed {
		r.fetching++
	}
	go r.refresh(id, d, d.reader)
}

// refresh makes the attempt that begin has started.
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
		d.tried = time.Time{} // not an attempt: the next request starts one
	case errors.Is(err, errClosed):
		r.begin(id, d) // for another emulator that has needed it meanwhile
	case d.body == nil:
		r.retry(id, d)
	}
}

// retry starts a timer for the next attempt, with twice the retry interval of the one before. A document has at most one attempt
// under way or one timer. r.mu is held.
func (r *Documents) retry(id documentID, d *document) {
	if d.reader == nil || !id.fixed && time.Since(d.asked) >= DocumentRetriedFor {
		d.tried, d.pause = time.Time{}, 0 // the next request starts an attempt
		return
	}
	d.pause = min(max(2*d.pause, firstRetry), lastRetry)
	d.stopWaiting()
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

// Forget drops all documents. The next request for one reads it again.
func (r *Documents) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.each(r.drop)
	r.fixed, r.others = nil, nil
}

// DocumentStats is the size of a Documents.
type DocumentStats struct {
	Upstreams int // upstreams that emulators have
	Fixed     int // documents at fixed paths
	Others    int // documents whose paths callers choose
	Fetching  int // of the others, those that are being read
}

// Stats returns how many documents are stored.
func (r *Documents) Stats() DocumentStats {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := DocumentStats{Upstreams: len(r.users), Fixed: len(r.fixed), Fetching: r.fetching}
	if r.others != nil {
		s.Others = r.others.Len()
	}
	return s
}
