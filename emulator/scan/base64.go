package scan

import "bytes"

// leastRun is the number of base64 characters of a secret of [Least] bytes.
const leastRun = Least * 4 / 3

// runs decodes the runs of base64 characters and of hexadecimal digits in a piece, and looks for secrets in them. A secret may begin
// anywhere in a run.
func (f *finder) runs(p piece, depth int) bool {
	text := p.text
	for i, least := leastRun-1, 0; i < len(text); {
		if !isBase64[text[i]] {
			i += leastRun
			continue
		}
		start, end := i, i+1
		for start > least && isBase64[text[start-1]] {
			start--
		}
		for end < len(text) && isBase64[text[end]] {
			end++
		}
		if end-start >= leastRun {
			end = continued(text, end)
			if f.run(p, start, end, depth) {
				return true
			}
		}
		least, i = end, end+leastRun-1 // no run of that length can lie in between
	}
	return false
}

// continued returns the end of a run, which may continue on the lines after it, as in e-mail, PEM and blocks of YAML.
func continued(text []byte, end int) int {
	for {
		next := end
		if next < len(text) && text[next] == '\r' {
			next++
		}
		if next >= len(text) || text[next] != '\n' {
			return end
		}
		for next++; next < len(text) && (text[next] == ' ' || text[next] == '\t'); next++ {
		}
		for ; next < len(text) && isBase64[text[next]]; next++ {
			end = next + 1
		}
		if end != next {
			return end // an empty line
		}
	}
}

// digits has, for each byte, its value as a character of base64 in the lower six bits, and as a hexadecimal digit in the upper byte.
var digits = func() (values [256]uint16) {
	for c := range values {
		if value, ok := sextet(byte(c)); ok {
			values[c] = uint16(value) | isSextet
		}
		if isHex(byte(c)) {
			values[c] |= uint16(nibble(byte(c)))<<8 | isNibble
		}
	}
	return values
}()

const (
	isSextet = 1 << 6
	isNibble = 1 << 7
)

// run looks for secrets in one run. Groups of four characters may begin at each of four offsets. It decodes all four at once: after each
// character, the last bits are the end of a group. At every other group it looks up a window, and at the groups in between it looks for
// text, in which a secret may be encoded once more.
func (f *finder) run(p piece, start, end, depth int) bool {
	if f.overBudget(end - start) {
		return true
	}
	run := p.text[start:end]
	if f.hexadecimal(p, start, end, depth) {
		return true
	}
	windows := f.set.windows
	var bits uint64
	var plain [4]stretch
	var covered [4]int // for each offset, up to where the run was decoded and searched
	k := -1            // counts characters, without line breaks
	for i, c := range run {
		digit := digits[c]
		if digit&isSextet == 0 {
			continue
		}
		k++
		bits = bits<<6 | uint64(digit&0x3f)
		if k&4 != 0 {
			if k >= 7 && i >= covered[k%4] && windows.has(windowHash(bits&windowBits)) {
				var over bool
				if covered[k%4], over = f.confirmBase64(p, start, end, i); over {
					return true
				}
			}
			continue
		}
		if k < 10 || !isText(bits) {
			continue
		}
		s := &plain[k%4]
		if s.count > 0 && k-s.last <= maxGap {
			s.count, s.last, s.end = s.count+1, k, i+1
			continue
		}
		if f.nested(p, start, end, *s, depth) {
			return true
		}
		*s = stretch{count: 1, last: k, start: i, end: i + 1}
	}
	for _, s := range plain {
		if f.nested(p, start, end, s, depth) {
			return true
		}
	}
	return false
}

// stretch is a part of a run that decodes to text.
type stretch struct {
	count, last int // the number of groups, and the index of the last character without line breaks
	start, end  int // offsets in the run: of the first group's last character, and after the last group
}

// maxGap is how many characters within a stretch may decode to something else than text, such as line breaks.
const maxGap = 48

// isText reports whether eight bytes are printable ASCII, or may be UTF-16.
func isText(w uint64) bool {
	const high, space = 0x8080808080808080, 0x2020202020202020
	if w&high == 0 && (w-space)&high == 0 {
		return true
	}
	return w&0xff00ff00ff00ff00 == 0 || w&0x00ff00ff00ff00ff == 0
}

// nested decodes a stretch of text, and looks for secrets that are encoded once more in it.
func (f *finder) nested(p piece, start, end int, s stretch, depth int) bool {
	if s.count == 0 {
		return false
	}
	const windowChars = 10 // characters before the last one of a window
	const margin = 12      // characters around it, as text may begin or end between two groups that were tested
	decoded := f.base64(p, start, end, s.start-windowChars-margin, s.start, s.end+margin)
	over := hasText(decoded.text) && (f.overBudget(len(decoded.text)) || f.read(decoded, depth-1, true))
	f.recycle(decoded.text)
	return over
}

// hasText reports whether there are as many printable characters in a row as a secret has at least, or zero bytes as in UTF-16.
func hasText(decoded []byte) bool {
	const zerosOfText = 4 // as in UTF-16, where the other halves of characters may be any bytes
	count, zeros := 0, 0
	for _, c := range decoded {
		switch {
		case !isControl(c):
			count++
		case c == 0:
			zeros++
		default:
			count = 0
		}
		if count >= Least || zeros >= zerosOfText {
			return true
		}
	}
	return false
}

// confirmBase64 decodes the text around a window that passed the filter, and looks for secrets in it. It decodes as many bytes before
// and after the window as the longest secret has, so that nearby windows need not decode them again. The window ends with the
// character at an offset of the run. covered is the offset up to which no other window needs to be looked up.
func (f *finder) confirmBase64(p piece, start, end, at int) (covered int, over bool) {
	back := (f.set.longest+window)*4/3 + 8
	back += back / 32 // line breaks
	decoded := f.base64(p, start, end, at-back, at, at+back)
	over = f.overBudget(len(decoded.text)) || f.match(decoded, true)
	f.recycle(decoded.text)
	const tail = 2 * Least // characters of a secret that may follow its window
	return at + back - tail, over
}

// base64 decodes the part of a run between the offsets from and to. A group ends with the character at groupEnd. Offsets outside of the
// run stand for its ends.
func (f *finder) base64(p piece, start, end, from, groupEnd, to int) piece {
	run := p.text[start:end]
	from, to = max(from, 0), min(to, len(run))
	if !f.collect && bytes.IndexByte(run[from:to], '\n') < 0 {
		return piece{text: decodeRun(f.buffer(), run[from+(groupEnd+1-from)%4:to])}
	}
	phase := 0 // the number of characters from the beginning to the end of a group
	for _, c := range run[from : groupEnd+1] {
		if digits[c]&isSextet != 0 {
			phase++
		}
	}
	decoded := piece{text: f.buffer()}
	var bits uint32
	have := uint(0)
	skip := phase % 4
	var places [4]Span
	group := 0
	for i := from; i < to; i++ {
		digit := digits[run[i]]
		if digit&isSextet == 0 {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		bits, have = bits<<6|uint32(digit&0x3f), have+6
		if f.collect {
			places[group%4] = p.span(start+i, start+i+1)
		}
		group++
		if have >= 8 {
			have -= 8
			decoded.text = append(decoded.text, byte(bits>>have))
			if f.collect {
				decoded.place(Span{places[(group+2)%4].Start, places[(group+3)%4].End}, 1)
			}
		}
	}
	return decoded
}

// decodeRun decodes characters of base64, beginning with a group. The last group may be incomplete.
func decodeRun(out, run []byte) []byte {
	for ; len(run) >= 4; run = run[4:] {
		group := uint32(digits[run[0]]&0x3f)<<18 | uint32(digits[run[1]]&0x3f)<<12 | uint32(digits[run[2]]&0x3f)<<6 | uint32(digits[run[3]]&0x3f)
		out = append(out, byte(group>>16), byte(group>>8), byte(group))
	}
	switch len(run) {
	case 3:
		group := uint32(digits[run[0]]&0x3f)<<12 | uint32(digits[run[1]]&0x3f)<<6 | uint32(digits[run[2]]&0x3f)
		out = append(out, byte(group>>10), byte(group>>2))
	case 2:
		out = append(out, byte(digits[run[0]]&0x3f)<<2|byte(digits[run[1]]&0x3f)>>4)
	}
	return out
}

// hexadecimal decodes the runs of hexadecimal digits within a run of base64 characters, and looks for secrets in them. Bytes may begin
// at the even or at the odd digits.
func (f *finder) hexadecimal(p piece, start, end, depth int) bool {
	const least = 2 * Least
	text := p.text[:end]
	for i, done := start+least-1, start; i < end; i = done + least - 1 {
		if digits[text[i]]&isNibble == 0 {
			done = i + 1
			continue
		}
		first := i
		for first > done && digits[text[first-1]]&isNibble != 0 {
			first--
		}
		for done = i + 1; done < end && digits[text[done]]&isNibble != 0; done++ {
		}
		for _, from := range []int{first, first + 1} {
			if done-from >= least && f.hexRun(p, from, done, depth) {
				return true
			}
		}
	}
	return false
}

// hexRun decodes hexadecimal digits, beginning with a byte, and looks for secrets in them.
func (f *finder) hexRun(p piece, start, end, depth int) bool {
	decoded := piece{text: f.buffer()}
	for run := p.text[start:end]; len(run) >= 2; run = run[2:] {
		decoded.text = append(decoded.text, byte(digits[run[0]]>>8<<4|digits[run[1]]>>8))
	}
	if f.collect {
		for i := start; i+1 < end; i += 2 {
			decoded.place(p.span(i, i+2), 1)
		}
	}
	over := f.overBudget(len(decoded.text))
	switch {
	case over:
	case depth > 0 && hasText(decoded.text):
		over = f.read(decoded, depth-1, true)
	default:
		over = f.match(decoded, false)
	}
	f.recycle(decoded.text)
	return over
}
