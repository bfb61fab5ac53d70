// Package realkey is about the API key of the real WorkOS: its form ([Parse]), which requests may have it ([Grant]), and where in a
// request it is put ([Grant.Put]).
package realkey

import (
	"errors"
	"strings"
)

// Parse returns an API key of the real WorkOS without the white space around it. The error does not contain the key.
func Parse(text string) (string, error) {
	key := strings.TrimSpace(text)
	switch {
	case key == "":
		return "", errors.New("is empty")
	case strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return "", errors.New("holds a space or a control character")
	}
	return key, nil
}

// Key is a real key, ready to be put into requests.
type Key struct {
	value         string
	authorization []string // the header field's value
}

// New returns a Key for a value that [Parse] has returned.
func New(value string) *Key { return &Key{value, []string{"Bearer " + value}} }

// leastLength is from how many bytes on a value counts as a key although it does not begin with sk_.
const leastLength = 16

// LooksLikeOne reports whether a value has the form of a key, so that it can be searched for in texts. A short word would be found
// in many of them.
func LooksLikeOne(value string) bool {
	return strings.HasPrefix(value, "sk_") && len(value) > len("sk_") || len(value) >= leastLength
}
