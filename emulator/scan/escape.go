package scan

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// encodings is a set of ways to escape characters.
type encodings uint8

// Percent-encoding (URLs and forms), the backslashes of JSON, YAML and programming languages, and the character references of
// XML and HTML.
const (
	percents encodings = 1 << iota
	backslashes
	ampersands
)

// begins has, for each byte, the encoding whose escapes begin with it.
var begins = [256]encodings{'%': percents, '\\': backslashes, '&': ampersands}

// beginOf has the byte with which the escapes of an encoding begin.
var beginOf = [8]byte{percents: '%', backslashes: '\\', ampersands: '&'}

// decode decodes the escape at the beginning of a text, appends the result to out, and returns the length of the escape. The length is
// 0 where there is no escape.
func (e encodings) decode(out, text []byte) ([]byte, int) {
	switch begins[text[0]] & e {
	case percents:
		return percent(out, text)
	case backslashes:
		return backslash(out, text)
	case ampersands:
		return reference(out, text)
	}
	return out, 0
}

// next returns the offset of the first byte, from an offset on, with which an escape may begin. It returns -1 where there is none.
func (e encodings) next(text []byte, from int) int {
	switch e {
	case percents, backslashes, ampersands:
		if offset := bytes.IndexByte(text[from:], beginOf[e]); offset >= 0 {
			return from + offset
		}
		return -1
	}
	for i := from; i < len(text); i++ {
		if begins[text[i]]&e != 0 {
			return i
		}
	}
	return -1
}

// in returns the encodings of the escapes in a text.
func (f *finder) in(text []byte) (found encodings) {
	for _, e := range []encodings{percents, backslashes, ampersands} {
		for at := e.next(text, 0); at >= 0; at = e.next(text, at+1) {
			if _, length := e.decode(f.scratch[:0], text[at:]); length > 0 {
				found |= e
				break
			}
		}
	}
	return found
}

// combinations returns the sets of encodings with which a text is to be decoded: all together and, at the first level, also each alone,
// as a byte that begins an escape of another encoding may be a plain character. Deeper levels decode with each alone only where a secret
// has such a character, as the work multiplies.
func (f *finder) combinations(found encodings, depth int) (all []encodings) {
	if depth == maxDepth || f.each {
		for _, e := range []encodings{percents, backslashes, ampersands} {
			if found&e != 0 && found != e {
				all = append(all, e)
			}
		}
	}
	if found != 0 {
		all = append(all, found)
	}
	return all
}

func percent(out, text []byte) ([]byte, int) {
	if len(text) < 3 || !isHex(text[1]) || !isHex(text[2]) {
		return out, 0
	}
	return append(out, nibble(text[1])<<4|nibble(text[2])), 3
}

// backslash decodes the escapes of JSON (RFC 8259 §7) and those of YAML and others: \xNN and \UNNNNNNNN. After any other
// backslash, a character stands for itself.
func backslash(out, text []byte) ([]byte, int) {
	if len(text) < 2 {
		return out, 0
	}
	switch text[1] {
	case 'n':
		return append(out, '\n'), 2
	case 'r':
		return append(out, '\r'), 2
	case 't':
		return append(out, '\t'), 2
	case 'b':
		return append(out, '\b'), 2
	case 'f':
		return append(out, '\f'), 2
	case 'x':
		if value, ok := hexadecimal(text, 2, 2); ok {
			return append(out, byte(value)), 4
		}
	case 'u':
		if value, ok := hexadecimal(text, 2, 4); ok {
			if low, ok := hexadecimal(text, 8, 4); ok && text[6] == '\\' && text[7] == 'u' {
				if r := utf16.DecodeRune(rune(value), rune(low)); r != utf8.RuneError {
					return utf8.AppendRune(out, r), 12
				}
			}
			return utf8.AppendRune(out, rune(value)), 6
		}
	case 'U':
		if value, ok := hexadecimal(text, 2, 8); ok {
			return utf8.AppendRune(out, rune(value)), 10
		}
	}
	return append(out, text[1]), 2
}

// hexadecimal parses hexadecimal digits at an offset of a text.
func hexadecimal(text []byte, at, digits int) (value uint32, ok bool) {
	if at+digits > len(text) {
		return 0, false
	}
	for _, c := range text[at : at+digits] {
		if !isHex(c) {
			return 0, false
		}
		value = value<<4 | uint32(nibble(c))
	}
	return value, true
}

// maxReference is the greatest length of a character reference, in bytes.
const maxReference = 32

var references = map[string]byte{"amp": '&', "lt": '<', "gt": '>', "quot": '"', "apos": '\''}

func reference(out, text []byte) ([]byte, int) {
	end := bytes.IndexByte(text[:min(len(text), maxReference)], ';')
	if end < 2 {
		return out, 0
	}
	name := text[1:end]
	if name[0] != '#' {
		if c, ok := references[string(name)]; ok {
			return append(out, c), end + 1
		}
		return out, 0
	}
	digits, base := string(name[1:]), 10
	if digits != "" && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base = digits[1:], 16
	}
	value, err := strconv.ParseUint(digits, base, 21)
	if err != nil {
		return out, 0
	}
	return utf8.AppendRune(out, rune(value)), end + 1
}

// escaped decodes the escapes of encodings, and looks for secrets in the result. Secrets are text, so it decodes only the text around
// escapes.
func (f *finder) escaped(p piece, e encodings, depth int, fromBase64 bool) bool {
	for next, done := 0, 0; ; {
		at := e.next(p.text, next)
		if at < 0 {
			return false
		}
		if _, length := e.decode(f.scratch[:0], p.text[at:]); length == 0 {
			next = at + 1
			continue
		}
		start, end := f.textAround(p.text, done, at)
		next, done = end, end
		if end-start < Least && !f.short {
			continue
		}
		buffer := f.buffer()
		decoded := f.decode(p, start, end, e, buffer)
		over := f.overBudget(len(decoded.text)) || f.read(decoded, depth-1, fromBase64)
		f.recycle(decoded.text)
		if over {
			return true
		}
	}
}

// textAround returns the beginning, not before least, and the end of the text around an offset.
func (f *finder) textAround(text []byte, least, at int) (start, end int) {
	if f.set.controls {
		return least, len(text)
	}
	for start = at; start > least && !isControl(text[start-1]); start-- {
	}
	for end = at + 1; end < len(text) && !isControl(text[end]); end++ {
	}
	return start, end
}

// overBudget subtracts work, in bytes, from the budget of the search. It reports whether the budget is used up, which ends the search.
func (f *finder) overBudget(work int) bool {
	f.work -= work
	f.exhausted = f.exhausted || f.work < 0
	return f.exhausted
}

// decode decodes the escapes in a part of a piece.
func (f *finder) decode(p piece, start, end int, e encodings, buffer []byte) piece {
	decoded := piece{text: buffer[:0], part: p.part}
	if start > 0 {
		decoded.part |= First
	}
	if end < len(p.text) {
		decoded.part |= Last
	}
	for at := start; at < end; {
		if plain := e.next(p.text[:end], at); plain != at {
			if plain < 0 {
				plain = end
			}
			decoded.text = append(decoded.text, p.text[at:plain]...)
			if f.collect {
				for i := at; i < plain; i++ {
					decoded.place(p.span(i, i+1), 1)
				}
			}
			at = plain
			continue
		}
		before := len(decoded.text)
		var length int
		if decoded.text, length = e.decode(decoded.text, p.text[at:end]); length == 0 {
			decoded.text, length = append(decoded.text, p.text[at]), 1
		}
		if f.collect {
			decoded.place(p.span(at, at+length), len(decoded.text)-before)
		}
		at += length
	}
	return decoded
}

// place notes the place from which the last bytes of a piece were decoded.
func (p *piece) place(from Span, count int) {
	for range count {
		p.from, p.to = append(p.from, int32(from.Start)), append(p.to, int32(from.End))
	}
}

// withoutZeros returns a piece without its zero bytes. This turns UTF-16 and UTF-32 into text.
func (f *finder) withoutZeros(p piece, buffer []byte) piece {
	rest := piece{text: buffer[:0], part: p.part}
	for at := 0; at < len(p.text); {
		if p.text[at] == 0 {
			at++
			continue
		}
		end := len(p.text)
		if offset := bytes.IndexByte(p.text[at:], 0); offset >= 0 {
			end = at + offset
		}
		rest.text = append(rest.text, p.text[at:end]...)
		if f.collect {
			for i := at; i < end; i++ {
				rest.place(p.span(i, i+1), 1)
			}
		}
		at = end
	}
	return rest
}
