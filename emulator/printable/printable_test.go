package printable

import "testing"

// TestLine of texts that could move a terminal.
func TestLine(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		Line("Jürgen & Söhne", 20): "Jürgen & Söhne", Line("abc", 2): "ab…", Line("\x1b[2J\n\u202ea\xff", 20): "�[2J��a�",
	} {
		if got != want {
			t.Errorf("it is %q, want %q", got, want)
		}
	}
}
