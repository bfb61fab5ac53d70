// Package credential makes secrets in WorkOS's forms, and obfuscates them. Each secret that it makes has a mark, by which every process
// of this program recognises it: see [Mark].
package credential

import (
	"io"
	"strings"
)

// MaxClientSecrets is how many client secrets an application has at most (WORKOS.md, "Connect applications and secrets").
const MaxClientSecrets = 5

// NewClientSecret returns a client secret: 64 lower-case hexadecimal characters (WORKOS.md, "Connect applications and
// secrets") with the [Mark]. It fails only when random does.
func NewClientSecret(random io.Reader) (string, error) { return marked(random, 64) }

// NewAPIKey returns the value of an API key: `sk_test_` and 48 hexadecimal characters with the [Mark]. It fails only when random
// does.
func NewAPIKey(random io.Reader) (string, error) {
	unique, err := marked(random, 48)
	if err != nil {
		return "", err
	}
	return "sk_test_" + unique, nil
}

// tokenLength is the length of a token.
const tokenLength = 64

// NewToken returns an opaque token of a login: a code, a refresh token, a pending or device token, the token of an invitation. It is
// 64 lower-case hexadecimal characters with the [Mark]. It fails only when random does.
func NewToken(random io.Reader) (string, error) { return marked(random, tokenLength) }

// IsToken reports whether a text has the form of a token of [NewToken], which is also that of a client secret, and nothing around it.
func IsToken(text string) bool { return len(text) == tokenLength && IsMarked(text) }

const shown = 4 // how many characters of a secret may be shown

// Obfuscate returns what may be shown of an API key's value: the prefix up to the first underscore, three dots and the
// last four characters, as in `sk_...3456` (WORKOS.md, "API keys"). The last characters are left out where the rest is not
// longer than four, and the prefix where there is no underscore.
func Obfuscate(value string) string {
	prefix, rest, found := strings.Cut(value, "_")
	if !found {
		prefix, rest = "", value
	} else {
		prefix += "_"
	}
	if len(rest) <= shown {
		return prefix + "..."
	}
	return prefix + "..." + rest[len(rest)-shown:]
}

// Hint returns the last four characters of a client secret. It returns nothing of a secret with fewer than eight.
func Hint(secret string) string {
	if len(secret) < 2*shown {
		return ""
	}
	return secret[len(secret)-shown:]
}
