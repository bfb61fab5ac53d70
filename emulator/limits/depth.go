package limits

import "bytes"

// CheckDepth returns ErrTooDeep for JSON that nests deeper than Depth. Ask it before any parser gets to see what comes
// from outside: some of them recurse without a bound. It takes one pass and no memory, and the text need not be JSON.
func CheckDepth(text []byte) error {
	if deeperThan(text, Depth) {
		return ErrTooDeep
	}
	return nil
}

// CheckFixture is CheckDepth for the file of a fixture.
func CheckFixture(text []byte) error {
	if deeperThan(text, FixtureDepth) {
		return ErrTooDeep
	}
	return nil
}

// deeperThan reports whether arrays and objects nest deeper than most. What does not begin as an array or object does is
// no JSON that nests. Behind the first value, it goes on: some parsers do.
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

// StringEnd returns where the closing quote of a JSON string is that begins at a place, or the end of the text. Most
// strings have no escapes in them, and are passed over at once.
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
