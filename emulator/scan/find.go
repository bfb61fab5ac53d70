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

// Kind says how a text is read.
type Kind int

const (
	// Body is what short secrets are values of: between quotes, in the fields of a form, between the slashes of a path.
	Body Kind = iota
	// Header is a header field's value, in which spaces separate values as well.
	Header
)

// Part says which part of a text a piece of it is: a short secret is a whole value only where the value ends.
type Part int

// The parts. Whole is both the first and the last.
const (
	Inner Part = 0
	First Part = 1
	Last  Part = 2
	Whole Part = First | Last
)

// Span is a place in a text, in bytes.
type Span struct{ Start, End int }

// ErrTooDeep says that so many encodings lie on top of each other in a text that looking into all of them would cost too
// much. What it holds is not known.
var ErrTooDeep = errors.New("it is encoded too many times over")

// Holds reports whether a text holds a secret of the set, as it stands or in one of its readings. The error is ErrTooDeep.
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

// Spans returns where the long secrets of the set stand in a text, in order and without overlaps. In an encoded text that
// is the encoded part of it. The error is ErrTooDeep.
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

// again looks for secrets that have characters by which escapes begin, in each way to read the encodings that lie on top of
// each other. There are many, and it looks at as many of them as the work may be.
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
	// maxDepth is how many encodings may lie on top of each other, such as percent-encoding in JSON in base64.
	maxDepth = 4
	// The work on the readings of a text is bounded by its size: encodings that lie on top of each other multiply it.
	workFactor = 24
	leastWork  = 512 << 10
)

var finders = sync.Pool{New: func() any { return &finder{} }}

// finder goes through one text.
type finder struct {
	set     *Set
	kind    Kind
	short   bool // short secrets are looked for
	each    bool // each encoding is read alone, at every depth
	collect bool // all places are wanted, not only whether there is one
	spans   []Span

	work      int // bytes of readings that may still be looked at
	exhausted bool

	scratch [16]byte // to decode one escape into
	buffers [][]byte // to decode into, of the depths that are not in use
}

func (f *finder) begin(s *Set, kind Kind, size int) {
	f.set, f.kind = s, kind
	f.short, f.each, f.collect, f.exhausted = s.short != nil, false, false, false
	f.spans, f.work = nil, leastWork+workFactor*size
}

// buffer returns an empty buffer, which is to be given back by [finder.recycle].
func (f *finder) buffer() []byte {
	if last := len(f.buffers) - 1; last >= 0 {
		b := f.buffers[last]
		f.buffers = f.buffers[:last]
		return b[:0]
	}
	return make([]byte, 0, 4096)
}

// maxRecycled bounds the buffers that are kept for the next text.
const maxRecycled = 256 << 10

func (f *finder) recycle(b []byte) {
	if cap(b) <= maxRecycled {
		f.buffers = append(f.buffers, b)
	}
}

// piece is a text, or a reading of a part of one.
type piece struct {
	text []byte
	// from and to are where the text that each byte was read from begins and ends. They are nil where that is the byte
	// itself, and where no place is wanted.
	from, to []int32
	part     Part
}

// span translates a place in the piece into one in the text that was given.
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

// read looks for secrets in a piece, and in what it says in each encoding. It reports whether the search is over.
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

// match looks for long secrets in the text as it stands.
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

// confirm looks at each tail that a window which passed the filter may be a part of.
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

// mark looks for the marks of this program, which end where a tail does. The id of a signing key is public, and counts
// only in base64, where it is a token's.
func (f *finder) mark(p piece, end int, fromBase64 bool) bool {
	const behind = 8 // characters of a secret stand behind its mark
	switch {
	case credential.EndsInMark(p.text[:end]):
		return f.found(p, end-credential.MarkedLength, min(end+behind, len(p.text)))
	case fromBase64 && credential.EndsInKeyID(p.text[:end]):
		return f.found(p, end-credential.KeyIDLength, end)
	}
	return false
}
