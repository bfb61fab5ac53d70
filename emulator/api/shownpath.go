package api

import (
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/printable"
)

// longestShown is how much of a method or a path a message shows, in bytes.
const longestShown = 200

// shown is a method or a path for a message: in one line, not too long, and without what has the form of an API key or a token.
func shown(text string) string {
	segments := strings.Split(text, "/")
	for i, segment := range segments {
		if strings.HasPrefix(segment, "sk_") || strings.HasPrefix(segment, "eyJ") || credential.IsMarked(segment) {
			segments[i] = "[redacted]"
		}
	}
	text = strings.Join(segments, "/")
	if len(text) > longestShown {
		text = strings.ToValidUTF8(text[:longestShown], "") + "…"
	}
	return printable.Line(text, longestShown+1)
}
