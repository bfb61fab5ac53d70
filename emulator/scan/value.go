package scan

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

// value looks for short secrets, which are whole values of a text. It ends where the text turns out to be none.
func (f *finder) value(text []byte, part Part) bool {
	start, known := 0, part&First != 0 // a piece may begin in the middle of a value
	for i := 0; ; i++ {
		if i == len(text) {
			return part&Last != 0 && known && f.isShort(text, start, i)
		}
		switch class := classes[text[i]]; {
		case class == character, class == space && f.kind != Header:
			continue
		case class == control:
			return false
		case known && (start < i || f.set.delimited) && f.isShort(text, start, i):
			return true
		}
		start, known = i+1, true
	}
}

// isShort tells whether the value that ends at a place is a short secret. Where such a secret may hold delimiters, the
// value may have begun at an earlier one.
func (f *finder) isShort(text []byte, start, end int) bool {
	if f.isShortValue(text[start:end]) {
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
