package scan

// Classes of bytes.
var isDelimiter, isBase64 = func() (delimiters, base64 [256]bool) {
	// The punctuation around values in JSON, forms, URLs, XML, YAML, CSV and Basic credentials.
	for _, c := range []byte("\"'`\\&;=<>,:/?#@{}[]()|\n\r\t") {
		delimiters[c] = true
	}
	for c := range base64 {
		_, base64[c] = sextet(byte(c))
	}
	return delimiters, base64
}()

// isControl reports whether a byte is an ASCII control character, white space included.
func isControl(c byte) bool { return c < ' ' || c == 0x7f }

func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

func nibble(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&0x0f + 9
}

// sextet returns the value of a character of base64, in the standard or the URL-safe alphabet (RFC 4648 §4, §5).
func sextet(c byte) (value byte, ok bool) {
	switch {
	case c >= 'A' && c <= 'Z':
		return c - 'A', true
	case c >= 'a' && c <= 'z':
		return c - 'a' + 26, true
	case c >= '0' && c <= '9':
		return c - '0' + 52, true
	case c == '+' || c == '-':
		return 62, true
	case c == '/' || c == '_':
		return 63, true
	}
	return 0, false
}
