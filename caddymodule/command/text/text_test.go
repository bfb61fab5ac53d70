package text

import "testing"

// TestTexts for people.
func TestTexts(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		Count(0, "key"): "0 keys", Count(1, "key"): "1 key", Count(2, "key"): "2 keys",
		List(nil, 3): "", List([]string{"a", "b"}, 3): "a, b", List([]string{"a", "b", "c", "d"}, 2): "a, b and 2 more",
	} {
		if got != want {
			t.Errorf("it says %q, want %q", got, want)
		}
	}
}
