// Package text has words for people that several commands say.
package text

import (
	"fmt"
	"strings"
)

// Count says how many there are of a thing.
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// List is names in one line: as many as there may be, and how many more there are.
func List(names []string, most int) string {
	shown := names[:min(len(names), most)]
	said := strings.Join(shown, ", ")
	if more := len(names) - len(shown); more > 0 {
		said += fmt.Sprintf(" and %d more", more)
	}
	return said
}
