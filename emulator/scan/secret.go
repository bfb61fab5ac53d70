// Package scan finds secrets in bytes: as a part of any text, and in each of the ways in which a text may be written.
//
// A [Set] does not hold the secrets themselves. It knows each by its SHA-256, its length, and a hash of its end, which
// tells where to look more closely.
package scan

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf16"
)

// Least is the length, in bytes, from which a secret is found anywhere. A shorter one is found as a whole value only: it
// may be a word that other texts have too.
const Least = 12

// Secret is what a [Set] needs to know of a secret. It is made by [Of].
type Secret struct {
	digest digest
	length int32
	// tail is a hash of the last Least bytes, and windows are the hashes of the windows in them. Short
	// secrets have none.
	tail    uint64
	windows [step]uint64
	// delimited tells that a short secret holds a delimiter, so that it is not one word of a text.
	delimited bool
	last      byte // of a short secret
	controls  bool // it holds a control character
	escapes   bool // it holds a character by which an escape begins
}

// digest is the first half of a SHA-256.
type digest [sha256.Size / 2]byte

func digestOf(text []byte) digest {
	sum := sha256.Sum256(text)
	return digest(sum[:])
}

// The geometry of the search: windows of six bytes are looked up at every seventh place, so that one of them lies within any
// twelve bytes. In base64, six bytes are two groups of four characters, and every other group is looked at.
const (
	window = 6
	step   = Least - window + 1
)

// windowBits is a mask for the lower bits of a window.
const windowBits = 1<<(8*window) - 1

// Of returns what a set needs to know of a secret. There are several of them for one with characters that some encodings
// write differently. An empty secret is none.
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
	// Zero bytes are left out before anything is looked for, so that UTF-16 becomes this.
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

// windowAt returns the window at a place of a text, as a number.
func windowAt(text []byte, at int) uint64 {
	return uint64(binary.BigEndian.Uint32(text[at:]))<<16 | uint64(binary.BigEndian.Uint16(text[at+4:]))
}

// windowHash spreads a window. It needs to be fast, and nothing else: what it finds is looked at again.
func windowHash(w uint64) uint64 {
	w *= 0x9e3779b97f4a7c15
	return w ^ w>>32
}

// hashKeys make the hashes of tails and short secrets those of this process.
var hashKeys = func() (keys [2]uint64) {
	var random [16]byte
	_, _ = rand.Read(random[:]) // it never fails: see its documentation
	keys[0] = binary.LittleEndian.Uint64(random[:8]) | 1
	keys[1] = binary.LittleEndian.Uint64(random[8:]) | 1
	return keys
}()

// tailHash is that of Least bytes.
func tailHash(tail []byte) uint64 {
	a, b := binary.LittleEndian.Uint64(tail), binary.LittleEndian.Uint64(tail[Least-8:])
	high, low := bits.Mul64(a^hashKeys[0], b^hashKeys[1])
	return high ^ low
}

// shortHash is that of a secret of fewer than Least bytes.
func shortHash(value []byte) uint32 {
	var padded [16]byte
	copy(padded[:], value)
	a, b := binary.LittleEndian.Uint64(padded[:8]), binary.LittleEndian.Uint64(padded[8:])
	high, low := bits.Mul64(a^hashKeys[0], b^hashKeys[1]^uint64(len(value)))
	return uint32(high ^ low)
}
