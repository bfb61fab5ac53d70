package scan

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
	"sync"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
)

// Kind says what separates the values of a text, for short secrets.
type Kind int

const (
	// Body is a body, a path or a query. Values are between quotes, in the fields of a form, or between slashes.
	Body Kind = iota
	// Header is the value of a header field. Spaces separate values as well.
	Header
)

// Part says which part of a text is given: a value is complete only where the text does not continue.
type Part int

// The parts. Whole is both First and Last.
const (
	Inner Part = 0
	First Part = 1
	Last  Part = 2
	Whole Part = First | Last
)

// Span is a part of a text, by byte offsets. End is exclusive.
type Span struct{ Start, End int }

// ErrTooDeep is returned for a text with so many nested encodings that it would take too long to decode all of them. Whether it contains
// a secret is not known.
var ErrTooDeep = errors.New("it is encoded too many times over")

// Holds reports whether a text contains a secret of the set, in plain or in any encoding. The error is [ErrTooDeep].
func (s *Set) Holds(text []byte, kind Kind, part Part) (bool, error) {
	if s.empty() {
		return false, nil
	}
	f := finders.Get().(*finder)
	defer finders.Put(f)
	f.begin(s, kind, len(text))
	if found := f.read(piece{text: text, part: part}, maxDepth, false); f.exhausted {
		return false, ErrTooDeep
	} else if found || !s.escapes {
		return found, nil
	}
	return f.again(piece{text: text, part: part}, kind), nil
}

// Spans returns where the long secrets of the set are in a text, in order and without overlaps. The span of an encoded secret is that
// of its encoded form. The error is [ErrTooDeep].
func (s *Set) Spans(text []byte) ([]Span, error) {
	if s.empty() {
		return nil, nil
	}
	f := finders.Get().(*finder)
	defer finders.Put(f)
	f.begin(s, Body, len(text))
	f.collect, f.short = true, false
	if f.read(piece{text: text}, maxDepth, false); f.exhausted {
		return nil, ErrTooDeep
	}
	if s.escapes {
		f.again(piece{text: text}, Body)
	}
	return merge(f.spans), nil
}

// again looks for secrets that have a character with which escapes begin. It decodes each level of nested encodings with each encoding
// alone as well, as far as the budget allows.
func (f *finder) again(p piece, kind Kind) bool {
	spans, collect, short := f.spans, f.collect, f.short
	f.begin(f.set, kind, len(p.text))
	f.spans, f.collect, f.short, f.each = spans, collect, short, true
	return f.read(p, maxDepth, false) && !f.exhausted
}

// merge sorts spans and joins those that overlap.
func merge(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	var merged []Span
	for _, span := range spans {
		if last := len(merged) - 1; last >= 0 && span.Start < merged[last].End {
			merged[last].End = max(merged[last].End, span.End)
			continue
		}
		merged = append(merged, span)
	}
	return merged
}

const (
	// maxDepth is how many encodings may be nested, such as percent-encoding in JSON in base64.
	maxDepth = 4
	// The budget of a search is leastWork, plus workFactor times the size of the text, in decoded bytes. Nested encodings multiply the
	// work.
	workFactor = 24
	leastWork  = 512 << 10
)

var finders = sync.Pool{New: func() any { return &finder{} }}

// finder searches one text.
type finder struct {
	set     *Set
	kind    Kind
	short   bool // look for short secrets
	each    bool // decode with each encoding alone at every depth
	collect bool // find all spans, and not only whether there is one
	spans   []Span

	work      int // the rest of the budget, in bytes
	exhausted bool

	scratch [16]byte // to decode one escape into
	buffers [][]byte // free buffers to decode into
}

func (f *finder) begin(s *Set, kind Kind, size int) {
	f.set, f.kind = s, kind
	f.short, f.each, f.collect, f.exhausted = s.short != nil, false, false, false
	f.spans, f.work = nil, leastWork+workFactor*size
}

// buffer returns an empty buffer. [finder.recycle] takes it back.
func (f *finder) buffer() []byte {
	if last := len(f.buffers) - 1; last >= 0 {
		b := f.buffers[last]
		f.buffers = f.buffers[:last]
		return b[:0]
	}
	return make([]byte, 0, 4096)
}

// maxRecycled is the largest buffer that is kept for another text, in bytes.
const maxRecycled = 256 << 10

func (f *finder) recycle(b []byte) {
	if cap(b) <= maxRecycled {
		f.buffers = append(f.buffers, b)
	}
}

// piece is a text, or the decoded form of a part of one.
type piece struct {
	text []byte
	// from and to have, for each byte, the offsets of the text that it was decoded from. They are nil where the text was not decoded,
	// and where spans are not collected.
	from, to []int32
	part     Part
}

// span translates a part of the piece into a part of the original text.
func (p piece) span(start, end int) Span {
	if p.from == nil {
		return Span{start, end}
	}
	return Span{int(p.from[start]), int(p.to[end-1])}
}

// found notes a secret, and reports whether the search is over.
func (f *finder) found(p piece, start, end int) bool {
	if f.collect {
		f.spans = append(f.spans, p.span(start, end))
	}
	return !f.collect
}

// read looks for secrets in a piece, in plain and in each encoding. It reports whether the search is over.
func (f *finder) read(p piece, depth int, fromBase64 bool) bool {
	if f.exhausted {
		return true
	}
	if bytes.IndexByte(p.text, 0) >= 0 {
		buffer := f.buffer()
		defer func() { f.recycle(buffer) }()
		p = f.withoutZeros(p, buffer)
		buffer = p.text
	}
	if f.short && !fromBase64 && f.value(p.text, p.part) || f.match(p, fromBase64) {
		return true
	}
	if depth == 0 {
		return false
	}
	if found := f.in(p.text); found != 0 {
		for _, e := range f.combinations(found, depth) {
			if f.escaped(p, e, depth, fromBase64) {
				return true
			}
		}
	}
	return f.runs(p, depth)
}

// match looks for long secrets in the text itself.
func (f *finder) match(p piece, fromBase64 bool) bool {
	text, windows := p.text, f.set.windows
	i := 0
	for ; i+8 <= len(text); i += step {
		if windows.has(windowHash(binary.BigEndian.Uint64(text[i:])>>(64-8*window))) && f.confirm(p, i, fromBase64) {
			return true
		}
	}
	return i+window <= len(text) && windows.has(windowHash(windowAt(text, i))) && f.confirm(p, i, fromBase64)
}

// confirm looks up each tail that may contain a window that has passed the filter.
func (f *finder) confirm(p piece, at int, fromBase64 bool) bool {
	for start := max(at-step+1, 0); start <= at && start+Least <= len(p.text); start++ {
		end := start + Least
		tail := p.text[start:end]
		for _, length := range f.set.lengths[tailHash(tail)] {
			if begin := end - int(length); begin >= 0 {
				if _, ok := f.set.digests[digestOf(p.text[begin:end])]; ok && f.found(p, begin, end) {
					return true
				}
			}
		}
		if f.set.marks && f.mark(p, end, fromBase64) {
			return true
		}
	}
	return false
}

// mark looks for a mark of this program that ends at an offset. The id of a signing key is public, so it counts only in base64, where it
// is part of a token.
func (f *finder) mark(p piece, end int, fromBase64 bool) bool {
	const behind = 8 // characters of a secret after its mark
	switch {
	case credential.EndsInMark(p.text[:end]):
		return f.found(p, end-credential.MarkedLength, min(end+behind, len(p.text)))
	case credential.EndsInSessionID(p.text[:end]):
		return f.found(p, end-credential.SessionIDLength, end)
	case fromBase64 && credential.EndsInKeyID(p.text[:end]):
		return f.found(p, end-credential.KeyIDLength, end)
	}
	return false
}
