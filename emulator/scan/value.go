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
	// leastInBinary is the length from which a short secret counts among bytes that are no text, and sizeOfBinary how far from
	// the next of them: shorter ones are in all bytes by chance.
	leastInBinary = 6
	sizeOfBinary  = 256
)

// value looks for short secrets, which are whole values of a text.
func (f *finder) value(text []byte, part Part) bool {
	start, known := 0, part&First != 0 // a piece may begin in the middle of a value
	if known && bytes.HasPrefix(text, byteOrderMark) {
		start = len(byteOrderMark)
	}
	f.binaryAt = -sizeOfBinary
	for i := start; ; i++ {
		if i == len(text) {
			return part&Last != 0 && known && f.isShort(text, start, i)
		}
		switch class := classes[text[i]]; {
		case class == character, class == space && f.kind != Header:
			continue
		case class == control:
			f.binaryAt, known = i, false
			continue
		case known && (start < i || f.set.delimited) && f.isShort(text, start, i):
			return true
		}
		start, known = i+1, true
	}
}

var byteOrderMark = []byte("\ufeff")

// isShort tells whether the value between two places is a short secret, by itself, behind the scheme of a credential, or in
// base64. Where such a secret may hold delimiters, the value may have begun at an earlier one.
func (f *finder) isShort(text []byte, start, end int) bool {
	if end-f.binaryAt < sizeOfBinary && end-start < leastInBinary {
		return false
	}
	value := text[start:end]
	if f.isShortValue(value) || f.isCredential(value) {
		return true
	}
	if !f.set.delimited {
		return false
	}
	for begin := start - 1; begin >= 0 && begin >= end-2*Least; begin-- {
		if (begin == 0 || isDelimiter[text[begin-1]] || text[begin-1] == ' ') && f.isShortValue(text[begin:end]) {
			return true
		}
	}
	return false
}

const (
	// leastCredential and maxCredential bound what is decoded from base64: a secret that is shorter than three bytes is in many
	// words by chance.
	leastCredential = 4
	maxCredential   = 64
)

// schemes are those of credentials that a value may begin with.
var schemes = [][]byte{[]byte("bearer"), []byte("basic"), []byte("token"), []byte("apikey"), []byte("key")}

func isScheme(word []byte) bool {
	return slices.ContainsFunc(schemes, func(scheme []byte) bool { return bytes.EqualFold(scheme, word) })
}

// isCredential tells whether a value is a scheme and a short secret, or base64 of a short secret or of a user's name and one.
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

// isShortValue tells whether a value is a short secret, with spaces around it or not.
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
