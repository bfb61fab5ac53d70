package field

import (
	"regexp"
	"strings"
)

const (
	maxExternalID = 128 // characters (WorkOS's OpenAPI description)
	maxPermission = 48  // characters (LOGIN.md, "Permissions")
	maxRole       = 48  // characters (LOGIN.md, "Roles")
)

// The characters of identifiers, as between the brackets of a regular expression.
const (
	idCharacters    = `A-Za-z0-9_-`
	scopeCharacters = `\x21\x23-\x5B\x5D-\x7E` // RFC 6749 §3.3
	slugCharacters  = `a-z0-9_:.*-`
	roleCharacters  = `a-z0-9_-`
)

var onlyID = regexp.MustCompile(`^[` + idCharacters + `]+$`)

// ID is the rule for an id that a user chooses. It must be safe in the path of a URL.
func ID(value string) *Error {
	if !onlyID.MatchString(value) {
		return &Error{"invalid", "must be an id of letters, digits, _ and -"}
	}
	return nil
}

// ExternalID is the rule for the id that a customer assigns to a resource.
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

var (
	scopeToken     = regexp.MustCompile(`^[` + scopeCharacters + `]+$`)
	permissionSlug = regexp.MustCompile(`^[` + slugCharacters + `]+$`)
	roleSlug       = regexp.MustCompile(`^[` + roleCharacters + `]+$`)
)

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

// Permission is the rule for the slug of a permission.
func Permission(value string) *Error {
	return checkSlug(value, permissionSlug, maxPermission, "a permission must not be empty", "a permission has at most 48 characters",
		"a permission is a slug of lower-case letters, digits and - _ : . *")
}

// Role is the rule for the slug of a role.
func Role(value string) *Error {
	return checkSlug(value, roleSlug, maxRole, "must not be empty", "must have at most 48 characters",
		"must be a slug of lower-case letters, digits, - and _")
}

// checkSlug returns the error of a slug that is empty, too long, or of another form.
func checkSlug(value string, form *regexp.Regexp, most int, empty, tooLong, invalid string) *Error {
	switch {
	case strings.TrimSpace(value) == "":
		return &Error{"required", empty}
	case len(value) > most:
		return &Error{"too_long", tooLong}
	case !form.MatchString(value):
		return &Error{"invalid", invalid}
	}
	return nil
}
