package emulator

import (
	"errors"
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
