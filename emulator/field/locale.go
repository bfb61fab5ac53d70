package field

import "regexp"

// maxLocale is how long a language tag is at most (RFC 5646 §4.4.1 recommends to take 35 characters).
const maxLocale = 35

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$`)

// Locale is the rule for the locale of a user: the form of a language tag (RFC 5646 §2.1), such as en-US.
func Locale(value string) *Error {
	if len(value) > maxLocale || !languageTag.MatchString(value) {
		return &Error{"invalid", "must be a locale such as en-US"}
	}
	return nil
}
