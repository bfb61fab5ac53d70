package scan

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestSpansCoverTheSecret removes the spans from a text. The secret must be gone, and the text around it must not.
func TestSpansCoverTheSecret(t *testing.T) {
	t.Parallel()
	set := setOf(longSecrets...)
	random := rand.New(rand.NewPCG(3, 4))
	for name, reading := range readings {
		for _, secret := range longSecrets {
			before, after := strings.Repeat("x: ", random.IntN(5))+"[", "]"+strings.Repeat(" :y", random.IntN(5))
			planted := reading(secret)
			text := before + planted + after + before + planted + after
			spans, err := set.Spans([]byte(text))
			if err != nil || len(spans) == 0 {
				t.Fatalf("%s of %q: %v, %v", name, secret, spans, err)
			}
			var rest strings.Builder
			end := 0
			for _, span := range spans {
				rest.WriteString(text[end:span.Start] + "[redacted]")
				end = span.End
			}
			rest.WriteString(text[end:])
			if holds(t, set, rest.String()) {
				t.Errorf("%s: %q still holds %q", name, rest.String(), secret)
			}
			if got := rest.String(); !strings.HasPrefix(got, before) || !strings.HasSuffix(got, after) || !strings.Contains(got, after+before) {
				t.Errorf("%s: more than the secret is gone: %q of %q", name, got, text)
			}
		}
	}
}

func TestSpansOfShortSecrets(t *testing.T) {
	t.Parallel()
	if spans, err := setOf("short").Spans([]byte(`{"a":"short"}`)); len(spans) != 0 || err != nil {
		t.Errorf("%v, %v", spans, err)
	}
}
