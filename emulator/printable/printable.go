// Package printable makes texts that come from elsewhere fit for a terminal, a log and a message.
package printable

import (
	"strings"
	"unicode"
)

// Line returns a text in one line: it has printable characters only, and no more
// than so many; an ellipsis stands for the rest.
func Line(text string, most int) string {
	var b strings.Builder
	length := 0
	for _, c := range text { // what is no UTF-8 is U+FFFD
		if length++; length > most {
			b.WriteRune('…')
			break
		}
		if !unicode.IsPrint(c) { // controls, and what turns the direction of writing
			c = unicode.ReplacementChar
		}
		b.WriteRune(c)
	}
	return b.String()
}
