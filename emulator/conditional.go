package emulator

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// publicCache is how others may keep a JWKS or a discovery document: for as long as replicas of one signing key may take to
// know of another one.
const publicCache = "public, max-age=5, must-revalidate"

// public makes an answer one that caches may keep, and 304 for a caller who has it already (RFC 9110 §13.1.2, §15.4.5).
func (c *call) public(a answer) (answer, error) {
	body, err := a.encode()
	if err != nil {
		return answer{}, err
	}
	digest := sha256.Sum256(body)
	etag := `"` + base64.RawURLEncoding.EncodeToString(digest[:]) + `"`
	a.header = http.Header{"Cache-Control": {publicCache}, "Etag": {etag}}
	a.body, a.raw = nil, body
	if matchesETag(c.http.Header.Values("If-None-Match"), etag) {
		a.status, a.raw = http.StatusNotModified, nil
	}
	return a, nil
}

// matchesETag tells whether the fields of If-None-Match name an ETag, by the weak comparison (RFC 9110 §8.8.3.2).
func matchesETag(fields []string, etag string) bool {
	for _, field := range fields {
		for candidate := range strings.SplitSeq(field, ",") { // our ETags have no comma in them
			candidate = strings.TrimSpace(candidate)
			if candidate == "*" || strings.TrimPrefix(candidate, "W/") == etag {
				return true
			}
		}
	}
	return false
}
