// Package realkey is about the API key of the real WorkOS: what one looks like, which requests may have it, and where in them
// it goes.
package realkey

import (
	"errors"
	"strings"
)

// Parse returns an API key of the real WorkOS without the space around it. The error holds nothing of it.
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

// New returns a key that was read by [Parse].
func New(value string) *Key { return &Key{value, []string{"Bearer " + value}} }

// leastLength is how long a value is at least that is taken for a key without beginning like one, in bytes.
const leastLength = 16

// LooksLikeOne tells whether a value has the shape of a key, so that it can be looked for in texts: one that is a word would
// be found in all of them.
func LooksLikeOne(value string) bool {
	return strings.HasPrefix(value, "sk_") && len(value) > len("sk_") || len(value) >= leastLength
}
