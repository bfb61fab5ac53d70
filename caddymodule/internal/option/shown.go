package option

import (
	"fmt"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/printable"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// maxShown is how long a text may be to be shown, in bytes. A key is longer.
const maxShown = 200

// Shown returns a text of the configuration for an error, or "the value" where it may be a key: it is long, has several lines,
// begins as keys do, or is like a line of one.
func Shown(text string) string {
	odd := func(r rune) bool { return r < ' ' || r == 0x7f || r == '\uFFFD' }
	if len(text) > maxShown || strings.ContainsFunc(text, odd) || beginsAsKey(text) || isLineOfKey(text) ||
		oauth.FormatOfKey([]byte(text)) != oauth.NoKey {
		return "the value"
	}
	return text
}

// beginsAsKey tells whether a text begins as a key does, or as one does whose first letter was taken for the flag -s.
func beginsAsKey(text string) bool {
	return strings.HasPrefix(text, "sk_") || strings.HasPrefix(text, "k_test_") || strings.HasPrefix(text, "k_live_")
}

// isLineOfKey tells whether a text may be a line of a PEM file, perhaps without its first letter, which was taken for a flag: it is in
// base64, and capitals, small letters and digits take turns more often than in the words of a path.
func isLineOfKey(text string) bool {
	const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
	if len(text) < MaxWord || strings.Trim(text, base64) != "" {
		return false
	}
	const most = 14
	turns := 0
	for i := 1; i < len(text); i++ {
		before, now := classOf(text[i-1]), classOf(text[i])
		isInPath := before == now || before == '/' || now == '/' || before == 'A' && now == 'a' // a word begins so
		if !isInPath {
			turns++
		}
	}
	return turns > most
}

// classOf returns A for capitals, a for small letters, 0 for digits, and other characters as they are.
func classOf(c byte) byte {
	switch {
	case 'A' <= c && c <= 'Z':
		return 'A'
	case 'a' <= c && c <= 'z':
		return 'a'
	case '0' <= c && c <= '9':
		return '0'
	}
	return c
}

// MaxWord is how long a text may be that was to be a word, in bytes. The lines of a key are longer.
const MaxWord = 60

// Quoted returns a text that was to be a word in quotation marks, if it can be shown.
func Quoted(text string) string {
	if len(text) > MaxWord || Shown(text) != text {
		return "(not shown)"
	}
	return fmt.Sprintf("%q", text)
}

// IsName tells whether a text may be the name of an option, mistyped or not.
func IsName(text string) bool {
	odd := func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' }
	return len(text) <= 30 && !strings.ContainsFunc(text, odd) && Shown(text) == text
}

// DidYouMean is the end of an error that names the word which a text was most likely meant to be, or empty where no word is
// near to it.
func DidYouMean(text string, words []string) string {
	if meant, ok := seed.Nearest(text, words); ok {
		return fmt.Sprintf(", did you mean %q?", meant)
	}
	return ""
}

// OneLine makes a text that comes from elsewhere fit for a terminal: without control characters, and not too long.
func OneLine(said string) string { return printable.Line(said, 2000) }
