package limits

import "bytes"

// CheckDepth returns [ErrTooDeep] for JSON that nests deeper than [Depth]. Call it before input is parsed: some parsers recurse without
// a bound. It takes one pass and allocates nothing. The text need not be valid JSON.
func CheckDepth(text []byte) error {
	if deeperThan(text, Depth) {
		return ErrTooDeep
	}
	return nil
}

// CheckFixture is [CheckDepth] for the file of a fixture, with [FixtureDepth].
func CheckFixture(text []byte) error {
	if deeperThan(text, FixtureDepth) {
		return ErrTooDeep
	}
	return nil
}

// deeperThan reports whether arrays and objects nest deeper than most. A text that does not begin with an array or an object does not
// nest. It does not stop after the first value, as some parsers do not stop there.
func deeperThan(text []byte, most int) bool {
	start := 0
	for start < len(text) && isSpace(text[start]) {
		start++
	}
	if start == len(text) || text[start] != '{' && text[start] != '[' {
		return false
	}
	depth := 0
	for i := start; i < len(text); i++ {
		switch text[i] {
		case '"':
			i = StringEnd(text, i)
		case '{', '[':
			if depth++; depth > most {
				return true
			}
		case '}', ']':
			depth = max(depth-1, 0)
		}
	}
	return false
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// StringEnd returns the offset of the closing quote of the JSON string whose opening quote is at from, or the length of the text where
// there is none.
func StringEnd(text []byte, from int) int {
	rest := text[from+1:]
	end := bytes.IndexByte(rest, '"')
	if end < 0 {
		return len(text)
	}
	if bytes.IndexByte(rest[:end], '\\') < 0 {
		return from + 1 + end
	}
	i := from + 1
	for i < len(text) && text[i] != '"' {
		if text[i] == '\\' {
			i++
		}
		i++
	}
	return min(i, len(text))
}
