package fault

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
)

// trustedPaths are the endpoints whose successful answers clients trust: keys, the documents that name them, introspection, and
// tokens. A segment "*" stands for any one segment.
var trustedPaths = []string{
	"/oauth2/jwks",
	"/sso/jwks/*",
	"/.well-known/openid-configuration",
	"/.well-known/oauth-authorization-server",
	"/user_management/*/.well-known/openid-configuration",
	"/oauth2/introspection",
	"/oauth2/token",
}

// leastTrustedStatus is the least status that a hook for a trusted path may answer with. With a success or a redirect, clients would
// accept the hook's keys or tokens as those of the emulator.
const leastTrustedStatus = http.StatusBadRequest

// CheckTrusted returns an error where the hook would answer an endpoint that clients trust with a success or a redirect, whatever its
// Method. [Hook.Check] calls it. It is exported for callers that check the other fields themselves.
func (h Hook) CheckTrusted() error {
	if h.Status == 0 || h.Status >= leastTrustedStatus {
		return nil
	}
	for _, trusted := range trustedPaths {
		if covers(h.Path, trusted) {
			return fmt.Errorf("the path covers %s, whose answers clients trust: want a status of %d to %d, a delay, or abort",
				trusted, leastTrustedStatus, MostStatus)
		}
	}
	return nil
}

// covers reports whether a pattern matches a trusted path, in any spelling that a server may accept for that path.
func covers(pattern, trusted string) bool {
	return slices.ContainsFunc(spellings(pattern), func(spelling string) bool { return overlap(spelling, trusted) })
}

// spellings returns a pattern as it stands, and without percent-escapes. Each is without doubled and trailing slashes and
// dot segments, and a backslash is a slash.
func spellings(pattern string) []string {
	clean := func(text string) string { return path.Clean("/" + strings.ReplaceAll(text, `\`, "/")) }
	return []string{clean(pattern), clean(unescape(pattern))}
}

// unescape decodes percent-escapes until there are none, however often they were escaped. Those that are not valid stay.
func unescape(text string) string {
	var decoded []byte
	for i := range len(text) {
		decoded = append(decoded, text[i])
		for n := len(decoded) - 3; n >= 0 && decoded[n] == '%'; n = len(decoded) - 3 {
			character, err := hex.DecodeString(string(decoded[n+1:]))
			if err != nil {
				break
			}
			decoded = append(decoded[:n], character...)
		}
	}
	return string(decoded)
}

// overlap reports whether there is a path that both patterns match. Letter case does not count, as for some servers.
func overlap(pattern, trusted string) bool {
	pattern, below := strings.CutSuffix(pattern, "/*")
	want, got := segments(pattern), segments(trusted)
	if len(got) < len(want) || len(got) > len(want) && !below {
		return false
	}
	for i, segment := range want {
		if segment != "*" && got[i] != "*" && !strings.EqualFold(segment, got[i]) {
			return false
		}
	}
	return true
}

// segments splits a path that begins with a slash, or is empty.
func segments(clean string) []string {
	if clean = strings.Trim(clean, "/"); clean == "" {
		return nil
	}
	return strings.Split(clean, "/")
}
