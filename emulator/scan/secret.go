// Package scan finds secrets in a text, in plain and in nested encodings: base64, hexadecimal digits, percent-encoding, backslash escapes,
// character references and UTF-16.
//
// A [Set] does not store the secrets themselves. It stores the SHA-256, the length and a hash of the end of each.
package scan

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf16"
)

// Least is the least length of a long secret, in bytes. A long secret is found anywhere in a text. A shorter one is found only as a whole
// value, as it may be a common word.
const Least = 12

// IsLong reports whether a secret is found anywhere in a text. A shorter one may be a common word, or the password of somebody else too.
func IsLong(secret string) bool { return len(secret) >= Least }

// Secret is what a [Set] stores of a secret. It is made by [Of].
type Secret struct {
	digest digest
	length int32
	// tail is the hash of the last Least bytes, and windows are the hashes of the windows in them. Short secrets have no tail.
	tail    uint64
	windows [step]uint64
	// delimited is set for a short secret with a delimiter.
	delimited bool
	last      byte // the last byte of a short secret
	controls  bool // it has a control character
	escapes   bool // it has a character with which an escape begins
}

// digest is the first half of a SHA-256.
type digest [sha256.Size / 2]byte

func digestOf(text []byte) digest {
	sum := sha256.Sum256(text)
	return digest(sum[:])
}

// Windows of six bytes are looked up at every seventh offset of a text, so that one of them lies within any twelve bytes. In base64, six
// bytes are two groups of four characters, so every other group is looked up.
const (
	window = 6
	step   = Least - window + 1
)

// windowBits is a mask for the lower bits of a window.
const windowBits = 1<<(8*window) - 1

// Of returns the Secrets for one secret. There are several where it has characters that some character encodings write differently. For
// an empty secret there are none.
func Of(secret string) []Secret {
	if secret == "" {
		return nil
	}
	found := []Secret{of([]byte(secret))}
	if strings.Contains(secret, " ") {
		found = append(found, of([]byte(strings.ReplaceAll(secret, " ", "+")))) // in a form
	}
	if isASCII(secret) {
		return found
	}
	// The finder removes zero bytes first, so UTF-16 is stored without them.
	units := utf16.Encode([]rune(secret))
	var little, big, latin []byte
	for _, unit := range units {
		for _, b := range []byte{byte(unit), byte(unit >> 8)} {
			if b != 0 {
				little = append(little, b)
			}
		}
		for _, b := range []byte{byte(unit >> 8), byte(unit)} {
			if b != 0 {
				big = append(big, b)
			}
		}
		if unit < 0x100 {
			latin = append(latin, byte(unit))
		}
	}
	found = append(found, of(little), of(big))
	if len(latin) == len(units) {
		found = append(found, of(latin)) // ISO 8859-1
	}
	return found
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

func of(secret []byte) Secret {
	s := Secret{digest: digestOf(secret), length: int32(len(secret))}
	for _, b := range secret {
		s.delimited = s.delimited || isDelimiter[b] || b == ' '
		s.controls = s.controls || isControl(b)
		s.escapes = s.escapes || begins[b] != 0
	}
	if len(secret) < Least {
		s.windows[0], s.last = uint64(shortHash(secret)), secret[len(secret)-1]
		return s
	}
	tail := secret[len(secret)-Least:]
	s.tail, s.windows = tailHash(tail), windowsOf(tail)
	return s
}

// windowsOf returns the hashes of the windows of a tail.
func windowsOf(tail []byte) (windows [step]uint64) {
	for i := range windows {
		windows[i] = windowHash(windowAt(tail, i))
	}
	return windows
}

// windowAt returns the window at an offset of a text, as a number.
func windowAt(text []byte, at int) uint64 {
	return uint64(binary.BigEndian.Uint32(text[at:]))<<16 | uint64(binary.BigEndian.Uint16(text[at+4:]))
}

// windowHash hashes a window. It is made to be fast: collisions are found out by [finder.confirm].
func windowHash(w uint64) uint64 {
	w *= 0x9e3779b97f4a7c15
	return w ^ w>>32
}

// hashKeys are random, so that the hashes of tails and short secrets cannot be predicted.
var hashKeys = func() (keys [2]uint64) {
	var random [16]byte
	_, _ = rand.Read(random[:]) // it never fails: see its documentation
	keys[0] = binary.LittleEndian.Uint64(random[:8]) | 1
	keys[1] = binary.LittleEndian.Uint64(random[8:]) | 1
	return keys
}()

// tailHash hashes Least bytes.
func tailHash(tail []byte) uint64 {
	a, b := binary.LittleEndian.Uint64(tail), binary.LittleEndian.Uint64(tail[Least-8:])
	high, low := bits.Mul64(a^hashKeys[0], b^hashKeys[1])
	return high ^ low
}

// shortHash hashes a secret of fewer than Least bytes.
func shortHash(value []byte) uint32 {
	var padded [16]byte
	copy(padded[:], value)
	a, b := binary.LittleEndian.Uint64(padded[:8]), binary.LittleEndian.Uint64(padded[8:])
	high, low := bits.Mul64(a^hashKeys[0], b^hashKeys[1]^uint64(len(value)))
	return uint32(high ^ low)
}
