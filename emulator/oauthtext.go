package emulator

import (
	"strings"

	"github.com/caddy-workos/caddy-workos/store"
)

// maxShown is how much of a caller's value an error names, in bytes.
const maxShown = 100

// shown quotes a value of the caller's for an error_description, cut where it is long. Ask mayShow first where it may be
// a secret.
func shown(value string) string {
	end := ""
	if len(value) > maxShown {
		value, end = value[:maxShown], "..."
	}
	return "'" + describable(value) + end + "'"
}

// describable replaces the characters that an error_description must not have (RFC 6749 §5.2): it may have printable ASCII
// but " and \.
func describable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '"':
			return '\''
		case r < ' ' || r > '~' || r == '\\':
			return '?'
		}
		return r
	}, text)
}

// mayShow tells that a value of the caller's is no secret: neither a local one nor one that looks like a key or a token.
func (e *Emulator) mayShow(value string) bool {
	_, accepted := e.accept[store.DigestOf(value)]
	return !accepted && !e.Secrets.Within(value) && !strings.Contains(value, "sk_") && !strings.Contains(value, "eyJ")
}
