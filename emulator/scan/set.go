package scan

import (
	"slices"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
)

// Set is a set of secrets to look for. It is immutable and safe for concurrent use. A nil Set is empty.
type Set struct {
	windows filter             // of the tails of long secrets
	lengths map[uint64][]int32 // the lengths of long secrets, by the hash of their tails
	digests map[digest]struct{}
	secrets []Secret

	short     []uint64 // a bit for each short secret; nil where there are none
	ends      []uint64 // a bit for each pair of bytes between which a short secret may end
	delimited bool     // a short secret has a delimiter
	longest   int      // the length of the longest secret, in bytes
	controls  bool     // a secret has a control character
	escapes   bool     // a secret has a character with which an escape begins
	marks     bool     // find all marked secrets
}

// shortFilter is the size of the filter for short secrets, in bits.
const shortFilter = 1 << 12

// NewSet returns a set of secrets. It takes over the slice. With marks, it also finds every secret and every access token that any process
// of this program has made: see [credential.Mark].
func NewSet(secrets []Secret, marks bool) *Set {
	s := &Set{
		lengths: make(map[uint64][]int32, len(secrets)),
		digests: make(map[digest]struct{}, len(secrets)),
		secrets: secrets,
		marks:   marks,
	}
	s.windows = newFilter(step * len(secrets))
	for _, secret := range secrets {
		s.add(secret)
	}
	if marks {
		s.longest = max(s.longest, credential.MarkedLength, credential.KeyIDLength, credential.SessionIDLength)
		for _, mark := range []string{credential.Mark, credential.KeyIDMark, credential.SessionIDMark} {
			s.windows.add(windowsOf([]byte(mark)))
		}
	}
	return s
}

// Union returns the union of sets, which may be nil.
func Union(sets ...*Set) *Set {
	var secrets []Secret
	marks := false
	for _, s := range sets {
		if s != nil {
			secrets, marks = append(secrets, s.secrets...), marks || s.marks
		}
	}
	return NewSet(secrets, marks)
}

func (s *Set) add(secret Secret) {
	s.digests[secret.digest] = struct{}{}
	s.controls, s.escapes = s.controls || secret.controls, s.escapes || secret.escapes
	s.longest = max(s.longest, int(secret.length))
	if secret.length < Least {
		if s.short == nil {
			s.short, s.ends = make([]uint64, shortFilter/64), make([]uint64, 1<<16/64)
		}
		s.endIn(secret.last)
		place := secret.windows[0] % shortFilter
		s.short[place/64] |= 1 << (place % 64)
		s.delimited = s.delimited || secret.delimited
		return
	}
	if known := s.lengths[secret.tail]; !slices.Contains(known, secret.length) {
		s.lengths[secret.tail] = append(known, secret.length)
	}
	s.windows.add(secret.windows)
}

// Knows reports whether a value is a secret of the set or, with marks, ends in a marked secret.
func (s *Set) Knows(value string) bool {
	if s == nil || value == "" {
		return false
	}
	if _, ok := s.digests[digestOf([]byte(value))]; ok {
		return true
	}
	return s.marks && (credential.IsMarked(value) || credential.IsSessionID(value))
}

// empty reports whether there is nothing to look for.
func (s *Set) empty() bool { return s == nil || len(s.digests) == 0 && !s.marks }

// HasShort reports whether there are secrets of fewer than [Least] bytes.
func (s *Set) HasShort() bool { return s != nil && s.short != nil }

// Reach returns by how many bytes the parts of a text must overlap that is scanned part by part. It is the length that a secret may have
// in nested encodings.
func (s *Set) Reach() int {
	const expansion, least, most = 64, 4 << 10, 1 << 20
	if s == nil {
		return least
	}
	return min(max(expansion*s.longest, least), most)
}
