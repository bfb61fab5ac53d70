package guard

import (
	"errors"
	"io"
	"net/http"
	"sync/atomic"

	"github.com/caddy-workos/caddy-workos/emulator/scan"
)

const (
	// chunk is how much of a body is looked at in one go, in bytes.
	chunk = 64 << 10
	// withheld is the least of what was looked at that is not handed out before more has been, in bytes: a short secret ends
	// where the next value begins. Of an encoded one nothing is to leave, so that it is as much as a secret may take up.
	withheld = 64
)

// screen is a body that is looked at as it is read. Reading it fails, for good, before the last byte of a secret is read.
type screen struct {
	set     *scan.Set
	source  io.Reader
	closer  io.Closer          // may be nil
	trailer func() http.Header // of the request, once the body has ended; may be nil

	text    []byte // what is looked at: first what was handed out, for a secret may have begun in it
	handed  int    // bytes of text
	looked  int    // bytes of text
	started bool   // there was more before text
	err     error  // of the source, or what was found
	ended   bool   // the source has no more

	found atomic.Pointer[error] // what was found, for those who want to know why reading failed
}

// newScreen returns the body of a request as one that is looked at.
func newScreen(set *scan.Set, r *http.Request) *screen {
	return &screen{set: set, source: r.Body, closer: r.Body, trailer: func() http.Header { return r.Trailer }}
}

// Found returns why reading the body of a request failed, if it was for what stands in it.
func Found(r *http.Request) error {
	if s, ok := r.Body.(*screen); ok {
		if found := s.found.Load(); found != nil {
			return *found
		}
	}
	return nil
}

// Read hands out what has been looked at.
func (s *screen) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		ready := s.looked - max(withheld, s.set.Reach())
		if s.ended && s.err == nil {
			ready = s.looked
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

// more reads a chunk and looks at it, together with as much of what came before as a secret may have begun in.
func (s *screen) more() {
	overlap := s.set.Reach()
	if behind := min(s.handed, s.looked-overlap); behind >= max(chunk, overlap) {
		kept := copy(s.text, s.text[behind:])
		s.text, s.handed, s.looked, s.started = s.text[:kept], s.handed-behind, s.looked-behind, true
	}
	size := max(chunk, overlap)
	if cap(s.text)-len(s.text) < size {
		grown := make([]byte, len(s.text), len(s.text)+2*size+overlap)
		copy(grown, s.text)
		s.text = grown
	}
	// A whole chunk, however it comes: looking at each byte with all that came before it would take too long.
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
	from := max(s.looked-overlap, 0)
	if from == 0 && !s.started {
		part |= scan.First
	}
	look := looker{s.set}
	failed := look.result("body", func() (bool, error) { return s.set.Holds(s.text[from:], scan.Body, part) })
	if failed == nil && s.ended && s.trailer != nil {
		failed = look.trailers(s.trailer())
	}
	s.looked = len(s.text)
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
