// Package field has the rules for what the fields of a resource may hold. The API and the seed ask the same functions, so that
// what the one refuses the other refuses too.
package field

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error is why a value is refused. It holds nothing of the value.
type Error struct {
	Code    string // for the `errors` of WorkOS's API
	Message string // for the name of the field to stand before; about an element of a list of words, a sentence of its own
}

func (e *Error) Error() string { return e.Message }

// Name is the rule for what a resource is called.
func Name(value string) *Error {
	if strings.TrimSpace(value) == "" {
		return &Error{"required", "must not be empty"}
	}
	return PersonName(value)
}

// PersonName is the rule for the names of a user, which may be empty.
func PersonName(value string) *Error {
	if strings.ContainsFunc(value, unicode.IsControl) {
		return &Error{"invalid", "must hold no line break and no other control character"}
	}
	return nil
}

// maxAbout is how long the description of a role or a permission is at most, in characters (LOGIN.md, "Roles").
const maxAbout = 150

// About is the rule for the description of a role or a permission, which may be empty.
func About(value string) *Error {
	if utf8.RuneCountInString(value) > maxAbout {
		return &Error{"too_long", "must have at most 150 characters"}
	}
	return nil
}

// Once returns the values without those that came before, for lists that are sets.
func Once(values []string) []string {
	once := make([]string, 0, len(values))
	seen := make(map[string]bool, len(values))
	for _, value := range values {
		if !seen[value] {
			seen[value] = true
			once = append(once, value)
		}
	}
	return once
}
