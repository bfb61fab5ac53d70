package field

import (
	"net/url"
	"strings"
	"unicode"
)

const (
	maxDomain = 253 // bytes (RFC 1035 §2.3.4, without the dot at the end)
	maxLabel  = 63  // bytes (RFC 1035 §2.3.4)
	maxEmail  = 254 // bytes (RFC 5321 §4.5.3.1.3, without the angle brackets)
)

// Domain is the rule for a domain of an organization: a host name, which may have letters of any
// language. Domains are compared without regard to case.
func Domain(value string) *Error {
	if strings.TrimSpace(value) == "" {
		return &Error{"required", "must not be empty"}
	}
	if len(value) > maxDomain {
		return &Error{"too_long", "must have at most 253 characters"}
	}
	for label := range strings.SplitSeq(value, ".") {
		if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' || strings.ContainsFunc(label, isNoLetter) {
			return &Error{"invalid", "must be a domain name such as acme.example"}
		}
	}
	return nil
}

func isNoLetter(r rune) bool {
	return r != '-' && !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) || r == unicode.ReplacementChar
}

// Email is the rule for the address of a user. Addresses are compared without regard to case.
func Email(value string) *Error {
	if strings.TrimSpace(value) == "" {
		return &Error{"required", "must not be empty"}
	}
	at := strings.IndexByte(value, '@')
	if at < 1 || at == len(value)-1 || strings.Count(value, "@") > 1 || len(value) > maxEmail || strings.ContainsFunc(value, isSpace) {
		return &Error{"invalid", "must be an email address"}
	}
	return nil
}

func isSpace(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

// RedirectURI is the rule for a redirection endpoint (RFC 6749 §3.1.2). That of an app may have a scheme of its own.
func RedirectURI(value string) *Error {
	parsed, err := url.Parse(value)
	isWeb := err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https")
	switch {
	case err != nil || !parsed.IsAbs() || strings.ContainsFunc(value, isSpace) || isWeb && parsed.Hostname() == "":
		return &Error{"invalid", "must be an absolute URI"}
	case strings.Contains(value, "#"):
		return &Error{"invalid", "must be a URI without a fragment"}
	}
	return nil
}
