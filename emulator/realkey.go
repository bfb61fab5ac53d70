package emulator

import (
	"errors"
	"maps"
	"net/http"
	"strings"
)

// ParseRealKey returns an API key of the real WorkOS without the space around it. The error holds nothing of it.
func ParseRealKey(text string) (string, error) {
	key := strings.TrimSpace(text)
	switch {
	case key == "":
		return "", errors.New("is empty")
	case strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return "", errors.New("holds a space or a control character")
	}
	return key, nil
}

// WithRealKey returns what a transport sends to the real WorkOS in the place of a request: where [KeyAllowed] says so, a
// copy that holds the real key, so that nobody who has the request ever sees that.
func WithRealKey(r *http.Request, key string) *http.Request {
	if !KeyAllowed(r.Context()) {
		return r
	}
	keyed := r.WithContext(r.Context())
	keyed.Header = maps.Clone(r.Header)
	keyed.Header.Set("Authorization", "Bearer "+key)
	return keyed
}
