package emulator

import (
	"context"
	"net/http"
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

func TestWithRealKey(t *testing.T) {
	t.Parallel()
	for name, allowed := range map[string]bool{"allowed": true, "not allowed": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := context.WithValue(t.Context(), contextKey{}, allowed)
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.workos.com/users", nil)
			if err != nil {
				t.Fatal(err)
			}
			want := ""
			if allowed {
				want = "Bearer sk_live_real"
			}
			if got := WithRealKey(r, "sk_live_real").Header.Get("Authorization"); got != want {
				t.Errorf("Authorization is %q, want %q", got, want)
			}
			if got := r.Header.Get("Authorization"); got != "" {
				t.Errorf("the original has Authorization %q", got)
			}
		})
	}
}
