package field

import (
	"regexp"
	"strings"
)

const (
	maxExternalID = 128 // characters (WorkOS's OpenAPI description)
	maxPermission = 48  // characters (LOGIN.md, "Permissions")
)

// What identifiers consist of, as between the brackets of a regular expression.
const (
	idCharacters    = `A-Za-z0-9_-`
	scopeCharacters = `\x21\x23-\x5B\x5D-\x7E` // RFC 6749 §3.3
	slugCharacters  = `a-z0-9_:.*-`
)

var onlyID = regexp.MustCompile(`^[` + idCharacters + `]+$`)

// ID is the rule for an id that is chosen, which must be able to stand in the path of a URL.
func ID(value string) *Error {
	if !onlyID.MatchString(value) {
		return &Error{"invalid", "must be an id of letters, digits, _ and -"}
	}
	return nil
}

// ExternalID is the rule for the id that a customer gives to a resource.
func ExternalID(value string) *Error {
	switch {
	case value == "":
		return &Error{"required", "must not be empty: leave it out, or give null"}
	case len(value) > maxExternalID:
		return &Error{"too_long", "must have at most 128 characters"}
	case strings.ContainsFunc(value, func(r rune) bool { return r > 127 }):
		return &Error{"invalid", "must consist of ASCII characters"}
	}
	return nil
}

var scopeToken = regexp.MustCompile(`^[` + scopeCharacters + `]+$`)

// Scope is the rule for one scope of an application.
func Scope(value string) *Error {
	switch {
	case value == "":
		return &Error{"required", "a scope must not be empty"}
	case !scopeToken.MatchString(value):
		return &Error{"invalid", `a scope holds no space, no " and no \ (RFC 6749 §3.3)`}
	}
	return nil
}

// slug is that of a permission: WorkOS has lower-case letters, digits and some punctuation in it.
var slug = regexp.MustCompile(`^[` + slugCharacters + `]+$`)

// Permission is the rule for one permission of an API key: the slug of it.
func Permission(value string) *Error {
	switch {
	case strings.TrimSpace(value) == "":
		return &Error{"required", "a permission must not be empty"}
	case len(value) > maxPermission:
		return &Error{"too_long", "a permission has at most 48 characters"}
	case !slug.MatchString(value):
		return &Error{"invalid", "a permission is a slug of lower-case letters, digits and - _ : . *"}
	}
	return nil
}
