package api

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// publicCache is the Cache-Control of a JWKS or a discovery document. Its max-age is how long replicas may take to notice a new
// signing key.
const publicCache = "public, max-age=5, must-revalidate"

// Public makes an answer cacheable: it adds Cache-Control and an ETag. Where If-None-Match has that ETag, the answer becomes a
// 304 (RFC 9110 §13.1.2, §15.4.5).
func Public(r *Request, a Answer) (Answer, error) {
	content, err := a.Encode()
	if err != nil {
		return Answer{}, err
	}
	digest := sha256.Sum256(content)
	etag := `"` + base64.RawURLEncoding.EncodeToString(digest[:]) + `"`
	a.Header = http.Header{"Cache-Control": {publicCache}, "Etag": {etag}}
	a.Body, a.Raw = nil, content
	if matchesETag(r.Header().Values("If-None-Match"), etag) {
		a.Status, a.Raw = http.StatusNotModified, nil
	}
	return a, nil
}

// matchesETag reports whether the fields of If-None-Match contain an ETag, by the weak comparison (RFC 9110 §8.8.3.2).
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
