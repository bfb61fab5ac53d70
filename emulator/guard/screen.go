package guard

import (
	"errors"
	"io"
	"net/http"
	"sync/atomic"

	"github.com/caddy-workos/caddy-workos/emulator/scan"
)

const (
	// chunk is how many bytes of a body are scanned at once.
	chunk = 64 << 10
	// withheld is the least number of scanned bytes that are not returned before more have been scanned, because a short secret ends
	// only where another value begins. It is raised to [scan.Set.Reach], as no part of an encoded secret may be sent.
	withheld = 64
)

// screen is a body that is scanned as it is read. Reading fails before the last byte of a secret is returned, and stays failed.
type screen struct {
	set     *scan.Set
	source  io.Reader
	closer  io.Closer          // may be nil
	trailer func() http.Header // of the request, once the body has ended; may be nil

	text    []byte // what is scanned; it begins with bytes that were returned, in which a secret may begin
	handed  int    // how many bytes of text were returned
	scanned int    // how many bytes of text were scanned
	started bool   // there was more before text
	err     error  // of the source, or what was found
	ended   bool   // the source has no more

	found atomic.Pointer[error] // what was found: see Found
}

// newScreen returns a screen of the body of a request.
func newScreen(set *scan.Set, r *http.Request) *screen {
	return &screen{set: set, source: r.Body, closer: r.Body, trailer: func() http.Header { return r.Trailer }}
}

// Found returns the *[Finding] or *[UnreadableError] because of which reading the body of a request has failed, or nil.
func Found(r *http.Request) error {
	if s, ok := r.Body.(*screen); ok {
		if found := s.found.Load(); found != nil {
			return *found
		}
	}
	return nil
}

// Read returns bytes that have been scanned.
func (s *screen) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		ready := s.scanned - max(withheld, s.set.Reach())
		if s.ended && s.err == nil {
			ready = s.scanned
		}
		if s.found.Load() == nil && s.handed < ready {
			n := copy(p, s.text[s.handed:ready])
			s.handed += n
			return n, nil
		}
		switch {
		case s.err != nil:
			return 0, s.err
		case s.ended:
			return 0, io.EOF
		}
		s.more()
	}
}

// more reads a chunk and scans it, together with the bytes before it in which a secret may begin.
func (s *screen) more() {
	overlap := s.set.Reach()
	if behind := min(s.handed, s.scanned-overlap); behind >= max(chunk, overlap) {
		kept := copy(s.text, s.text[behind:])
		s.text, s.handed, s.scanned, s.started = s.text[:kept], s.handed-behind, s.scanned-behind, true
	}
	size := max(chunk, overlap)
	if cap(s.text)-len(s.text) < size {
		grown := make([]byte, len(s.text), len(s.text)+2*size+overlap)
		copy(grown, s.text)
		s.text = grown
	}
	// Fill the chunk: to scan each small read together with the bytes before it would take too long.
	part := scan.Inner
	for until := len(s.text) + size; len(s.text) < until && !s.ended && s.err == nil; {
		n, err := s.source.Read(s.text[len(s.text):until])
		s.text = s.text[:len(s.text)+n]
		switch {
		case errors.Is(err, io.EOF):
			s.ended = true
			part |= scan.Last
		case err != nil:
			s.err = err
		}
	}
	from := max(s.scanned-overlap, 0)
	if from == 0 && !s.started {
		part |= scan.First
	}
	look := scanner{s.set}
	failed := look.result("body", func() (bool, error) { return s.set.Holds(s.text[from:], scan.Body, part) })
	if failed == nil && s.ended && s.trailer != nil {
		failed = look.trailers(s.trailer())
	}
	s.scanned = len(s.text)
	if failed != nil {
		s.err = failed
		s.found.Store(&failed)
	}
}

// Close closes the body.
func (s *screen) Close() error {
	if s.closer == nil {
		return nil
	}
	return s.closer.Close()
}
