package scan

import (
	"bytes"
	"slices"
)

// The classes of bytes around short secrets.
const (
	character = iota
	space
	delimiter
	control
)

var classes = func() (classes [256]byte) {
	for c := range classes {
		switch {
		case isDelimiter[c]:
			classes[c] = delimiter
		case c == ' ':
			classes[c] = space
		case c != 0 && isControl(byte(c)):
			classes[c] = control
		}
	}
	return classes
}()

const (
	// A short secret of fewer than leastInBinary bytes does not count where one of the sizeOfBinary bytes before its end is a control
	// character. In binary data, such short values occur by chance.
	leastInBinary = 6
	sizeOfBinary  = 256
)

// endIn notes the last byte of a short secret: in plain, and in base64, alone or as a user name without a password.
func (s *Set) endIn(last byte) {
	ends := []byte{last}
	for _, c := range []byte{last, ':'} {
		// A group of base64 has three bytes, two or one.
		for _, bits := range []byte{c & 0x3f, c & 0x0f << 2, c & 0x03 << 4} {
			for e := range 256 {
				if value, ok := sextet(byte(e)); ok && value == bits {
					ends = append(ends, byte(e))
				}
			}
		}
	}
	for _, end := range ends {
		for after, class := range classes {
			if class == delimiter || class == space && end != ' ' { // a run of spaces is handled once
				pair := uint16(end)<<8 | uint16(after)
				s.ends[pair/64] |= 1 << (pair % 64)
			}
		}
	}
}

// value looks for short secrets that are whole values of a text.
func (f *finder) value(text []byte, part Part) bool {
	if len(text) == 0 {
		return false
	}
	pair := uint16(text[0])
	for i, c := range text[1:] {
		pair = pair<<8 | uint16(c)
		if f.set.ends[pair/64]&(1<<(pair%64)) != 0 && f.endsInShort(text, i+1, part) {
			return true
		}
	}
	return part&Last != 0 && f.endsInShort(text, len(text), part)
}

var byteOrderMark = []byte("\ufeff")

// endsInShort reports whether the value that ends at an offset is a short secret. A delimiter, a space or the end of the text is there.
// In a body, spaces are a part of values.
func (f *finder) endsInShort(text []byte, end int, part Part) bool {
	if f.kind != Header {
		for end < len(text) && text[end] == ' ' {
			end++
		}
		switch {
		case end == len(text) && part&Last == 0:
			return false // the value may continue
		case end < len(text) && classes[text[end]] != delimiter:
			return false
		}
	}
	start := end
	for start > 0 {
		if class := classes[text[start-1]]; class == delimiter || class == control || class == space && f.kind == Header {
			break
		}
		start--
	}
	known := part&First != 0 // a piece may begin in the middle of a value
	switch {
	case start > 0:
		known = classes[text[start-1]] != control
	case bytes.HasPrefix(text, byteOrderMark):
		start = min(len(byteOrderMark), end)
	}
	return known && f.isShort(text, start, end) || f.set.delimited && f.isDelimited(text, start, end)
}

// isShort reports whether the value between two offsets is a short secret: in plain, after the scheme of a credential, or in base64.
func (f *finder) isShort(text []byte, start, end int) bool {
	value := text[start:end]
	if !f.isShortValue(value) && !f.isCredential(value) {
		return false
	}
	isBinary := func(c byte) bool { return classes[c] == control }
	return len(value) >= leastInBinary || !slices.ContainsFunc(text[max(end-sizeOfBinary, 0):end], isBinary)
}

// isDelimited reports whether a value that begins at an earlier delimiter is a short secret with delimiters.
func (f *finder) isDelimited(text []byte, start, end int) bool {
	for begin := start - 1; begin >= 0 && begin >= end-2*Least; begin-- {
		if (begin == 0 || isDelimiter[text[begin-1]] || text[begin-1] == ' ') && f.isShortValue(text[begin:end]) {
			return true
		}
	}
	return false
}

const (
	// leastCredential and maxCredential are the least and the greatest length of a value that is decoded from base64. Secrets of fewer
	// than three bytes would be found in many words by chance.
	leastCredential = 4
	maxCredential   = 64
)

// schemes are the schemes of credentials that a value may begin with.
var schemes = [][]byte{[]byte("bearer"), []byte("basic"), []byte("token"), []byte("apikey"), []byte("key")}

func isScheme(word []byte) bool {
	return slices.ContainsFunc(schemes, func(scheme []byte) bool { return bytes.EqualFold(scheme, word) })
}

// isCredential reports whether a value is a scheme and a short secret, or base64 of a short secret, alone or with a user name.
func (f *finder) isCredential(value []byte) bool {
	if len(value) < leastCredential || len(value) > maxCredential {
		return false
	}
	for i, c := range value {
		switch {
		case isBase64[c]:
			continue
		case c != ' ' || !isScheme(value[:i]):
			return false
		}
		rest := value[i+1:]
		return f.isShortValue(rest) || f.isCredential(rest)
	}
	decoded := decodeRun(f.buffer(), value)
	defer func() { f.recycle(decoded) }()
	user := bytes.IndexByte(decoded, ':')
	return f.isShortValue(decoded) || user >= 0 && (f.isShortValue(decoded[:user]) || f.isShortValue(decoded[user+1:]))
}

// isShortValue reports whether a value is a short secret, with or without spaces around it.
func (f *finder) isShortValue(value []byte) bool {
	for len(value) > 0 && value[0] == ' ' {
		value = value[1:]
	}
	for len(value) > 0 && value[len(value)-1] == ' ' {
		value = value[:len(value)-1]
	}
	if len(value) == 0 || len(value) >= Least {
		return false
	}
	place := shortHash(value) % shortFilter
	if f.set.short[place/64]&(1<<(place%64)) == 0 {
		return false
	}
	_, ok := f.set.digests[digestOf(value)]
	return ok
}
