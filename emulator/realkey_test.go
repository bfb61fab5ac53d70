package emulator

import (
	"strings"
	"testing"
)

func TestParseRealKey(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"sk_live_a": "sk_live_a", " sk_live_a\n": "sk_live_a", "": "", " \n": "", "sk_live a": "", "sk_live\x7fa": "", "sk_live\r\na": "",
	} {
		key, err := ParseRealKey(text)
		if key != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", text, key, err)
		}
		if err != nil && strings.Contains(err.Error(), "sk_live") {
			t.Errorf("%q: the error shows it: %v", text, err)
		}
	}
}
