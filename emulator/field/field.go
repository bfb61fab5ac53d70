// Package field has the rules for the fields of resources. The API and the seed use the same functions, so that both refuse the same
// values.
package field

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error is why a value is refused. It contains nothing of the value.
type Error struct {
	Code    string // for the `errors` of WorkOS's API
	Message string // to be put after the name of the field; for a scope or a permission, a full sentence
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Name is the rule for the name of a resource.
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

// Once returns the values without repetitions, in order.
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
