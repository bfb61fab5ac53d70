package realkey

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"sk_live_a": "sk_live_a", " sk_live_a\n": "sk_live_a", "": "", " \n": "", "sk_live a": "", "sk_live\x7fa": "", "sk_live\r\na": "",
	} {
		key, err := Parse(text)
		if key != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", text, key, err)
		}
		if err != nil && strings.Contains(err.Error(), "sk_live") {
			t.Errorf("%q: the error shows it: %v", text, err)
		}
	}
}

func TestLooksLikeOne(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{
		"sk_live_a": true, "sk_x": true, "0123456789abcdef": true, "sk_": false, "": false, "a": false, "user": false, "organization_id": false,
	} {
		if got := LooksLikeOne(value); got != want {
			t.Errorf("%q: %v", value, got)
		}
	}
}
